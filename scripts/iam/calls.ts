import { readdirSync, readFileSync } from 'node:fs'

/** A command of the AWS SDK that a file uses. */
export interface UsedCall {
  readonly file: string
  /** `ssm` of `@aws-sdk/client-ssm`. */
  readonly client: string
  /** `SendCommand` of `SendCommandCommand`. */
  readonly operation: string
}

/** Texts of files, by their path. */
export type Sources = Readonly<Record<string, string>>

/** The code of the action. */
export function sourcesIn(folder: string): Sources {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  )
  return Object.fromEntries(
    files.sort().map((name) => [`${folder}/${name}`, readFileSync(`${folder}/${name}`, 'utf8')]),
  )
}

/**
 * All commands that are imported as values: whoever imports one makes the call. Throws at an import of a client that
 * could make calls in another way, as a paginator does: then nobody would know of them.
 */
export function callsIn(sources: Sources): UsedCall[] {
  return Object.entries(sources).flatMap(([file, text]) => {
    const imports = importsIn(text)
    const mentions = text.match(/['"`]@aws-sdk\/client-/g)?.length ?? 0
    if (mentions !== imports.length) throw new Error(`${file}: an import of a client that is not understood`)
    return imports.flatMap(({ client, names }) =>
      names.flatMap((name) => operationOf(name, file)).map((operation) => ({ file, client, operation })),
    )
  })
}

interface Import {
  readonly client: string
  /** Values only. */
  readonly names: readonly string[]
}

const STATIC = /import (type )?\{([^}]*)\} from '@aws-sdk\/client-([\w-]+)'/g
const DYNAMIC = /const ()\{([^}]*)\} = await import\('@aws-sdk\/client-([\w-]+)'\)/g

function importsIn(text: string): Import[] {
  return [STATIC, DYNAMIC].flatMap((form) =>
    [...text.matchAll(form)].map(([, isType, list = '', client = '']) => ({
      client,
      names: isType === undefined || isType === '' ? valuesIn(list) : [],
    })),
  )
}

const valuesIn = (list: string): string[] =>
  list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '' && !item.startsWith('type '))
    // Under whatever name it is used.
    .map((item) => item.split(/ as |:/)[0]?.trim() ?? '')

/** None: a client, or an error. */
function operationOf(name: string, file: string): string[] {
  const [, operation] = /^(\w+)Command$/.exec(name) ?? []
  if (operation !== undefined) return [operation]
  if (/(Client|Exception)$/.test(name)) return []
  throw new Error(`${file}: ${name} of the AWS SDK may make calls: use a command`)
}
