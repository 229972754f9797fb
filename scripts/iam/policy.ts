import type { UsedCall } from './calls.ts'
import { type Call, type Feature, PREFIXES, RESOURCES, type Resource } from './features.ts'

export interface Statement {
  readonly Effect: 'Allow'
  readonly Action: readonly string[]
  readonly Resource: string | readonly string[]
}

export interface Permission {
  /** `ssm:SendCommand`. */
  readonly action: string
  readonly on: Resource
}

/** What the commands of a feature need. */
export function permissionsOf({ calls }: Feature): Permission[] {
  return Object.entries(calls).flatMap(([client, operations]) =>
    Object.entries(operations).map(([operation, call]) => permissionFor({ client, operation }, call)),
  )
}

function permissionFor(
  { client, operation }: Pick<UsedCall, 'client' | 'operation'>,
  call: Call,
): Permission {
  const usual = `${PREFIXES[client]}:${operation}`
  return typeof call === 'string' ? { action: usual, on: call } : call
}

/** The least policy of an identity that may use all of the features. */
export function policyFor(features: readonly Feature[]): {
  readonly Version: string
  readonly Statement: readonly Statement[]
} {
  const permissions = features.flatMap(permissionsOf).filter(({ on }) => on !== 'trust')
  const order = Object.keys(RESOURCES)
  const groups = [...Map.groupBy(permissions, ({ on }) => on)].sort(
    ([a], [b]) => order.indexOf(a) - order.indexOf(b),
  )
  return { Version: '2012-10-17', Statement: groups.map(([on, some]) => statement(on, some)) }
}

function statement(on: Resource, permissions: readonly Permission[]): Statement {
  const [only, ...others] = RESOURCES[on]
  return {
    Effect: 'Allow',
    Action: [...new Set(permissions.map(({ action }) => action))].sort(),
    Resource: only !== undefined && others.length === 0 ? only : RESOURCES[on],
  }
}

/** What the code does and the table does not say, and the other way round; a sentence each. */
export function differences(
  used: readonly UsedCall[],
  features: Readonly<Record<string, Feature>>,
): string[] {
  const unsaid = used.filter((call) => !Object.values(features).some((feature) => covers(feature, call)))
  const unused = Object.entries(features).flatMap(([name, feature]) =>
    Object.entries(feature.calls).flatMap(([client, operations]) =>
      Object.keys(operations)
        .filter(
          (operation) => !used.some((call) => isCall(call, { client, operation }) && isIn(feature, call)),
        )
        .map((operation) => `${name} has ${client} ${operation}, which none of its files calls: take it out`),
    ),
  )
  return [
    ...unsaid.map(
      ({ file, client, operation }) => `${file} calls ${client} ${operation}: say for which feature`,
    ),
    ...Object.values(features).flatMap(({ calls }) => Object.keys(calls).flatMap(unknownPrefix)),
    ...unused,
  ]
}

const covers = (feature: Feature, call: UsedCall): boolean =>
  feature.calls[call.client]?.[call.operation] !== undefined && isIn(feature, call)

const isCall = (call: UsedCall, { client, operation }: Pick<UsedCall, 'client' | 'operation'>): boolean =>
  call.client === client && call.operation === operation

/** A folder ends in a slash. */
const isIn = ({ files }: Feature, { file }: UsedCall): boolean =>
  files.some((one) => file === one || (one.endsWith('/') && file.startsWith(one)))

const unknownPrefix = (client: string): string[] =>
  PREFIXES[client] === undefined ? [`PREFIXES lacks ${client}: what do its permissions begin with?`] : []
