import { validationError } from '../aws-error.ts'

/**
 * Reads one value of a request. The Query protocol has only text, so numbers and booleans may come as such; an empty
 * list comes as an empty string.
 */
export interface Shape<T> {
  read(value: unknown, at: string): T
}

type ValueOf<S> = S extends Shape<infer T> ? T : never
type Shapes = Readonly<Record<string, Shape<unknown>>>
type Values<S extends Shapes> = { readonly [K in keyof S]: ValueOf<S[K]> }

export const text: Shape<string> = {
  read: (value, at) => {
    if (typeof value === 'string') return value
    throw unfit(value, at, 'Member must be a string')
  },
}

export const flag: Shape<boolean> = {
  read: (value, at) => {
    if (value === true || value === 'true') return true
    if (value === false || value === 'false') return false
    throw unfit(value, at, 'Member must be true or false')
  },
}

export function integer(least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY): Shape<number> {
  return {
    read: (value, at) => {
      const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
      if (typeof number !== 'number' || !Number.isInteger(number))
        throw unfit(value, at, 'Member must be an integer')
      if (number < least) throw unfit(value, at, `Member must have value greater than or equal to ${least}`)
      if (number > most) throw unfit(value, at, `Member must have value less than or equal to ${most}`)
      return number
    },
  }
}

export function oneOf<T extends string>(...allowed: T[]): Shape<T> {
  return {
    read: (value, at) => {
      const found = allowed.find((each) => each === value)
      if (found !== undefined) return found
      throw unfit(value, at, `Member must satisfy enum value set: [${allowed.join(', ')}]`)
    },
  }
}

export function list<T>(member: Shape<T>, most = Number.POSITIVE_INFINITY): Shape<readonly T[]> {
  return {
    read: (value, at) => {
      if (value === '') return []
      if (!Array.isArray(value)) throw unfit(value, at, 'Member must be a list')
      if (value.length > most) throw unfit(value, at, `Member must have length less than or equal to ${most}`)
      return value.map((each, index) => member.read(each, `${at}.${index + 1}.member`))
    },
  }
}

export function map<T>(value: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return {
    read: (given, at) =>
      Object.fromEntries(
        Object.entries(membersOf(given, at)).map(([key, each]) => [key, value.read(each, `${at}.${key}`)]),
      ),
  }
}

/** A structure of members that must be there and members that may. Refuses the ones it does not know. */
export function structure<R extends Shapes, O extends Shapes>(
  required: R,
  optional: O,
): Shape<Values<R> & Partial<Values<O>>> {
  return {
    read: (value, at) => {
      const given = membersOf(value, at)
      for (const name of Object.keys(required)) {
        if (given[name] === undefined) throw unfit(null, join(at, name), 'Member must not be null')
      }
      const members: Record<string, unknown> = {}
      for (const [name, member] of Object.entries(given)) {
        const shape = required[name] ?? optional[name]
        if (!shape) throw validationError(`Unknown parameter '${join(at, name)}'`)
        if (member !== undefined) members[name] = shape.read(member, join(at, name))
      }
      return members as Values<R> & Partial<Values<O>>
    },
  }
}

function membersOf(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw unfit(value, at, 'Member must be a structure')
  return value as Record<string, unknown>
}

function join(at: string, name: string): string {
  const spelt = name.charAt(0).toLowerCase() + name.slice(1)
  return at ? `${at}.${spelt}` : spelt
}

function unfit(value: unknown, at: string, constraint: string): Error {
  const shown = value === null ? 'null' : `'${String(value)}'`
  return validationError(
    `1 validation error detected: Value ${shown} at '${at}' failed to satisfy constraint: ${constraint}`,
  )
}
