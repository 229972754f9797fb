import type { Server, TargetGroup } from '../domain/fleet.ts'
import { addressOf, zoneOf } from '../domain/fleet.ts'
import type { ServerContext } from '../domain/ports.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** What is the same for all commands of a rollout. */
export interface RolloutFacts {
  readonly rolloutId: string
  readonly mode: string
  readonly strategy: string
  readonly groups: readonly Pick<TargetGroup, 'arn' | 'name'>[]
  /** Of this process. */
  readonly processEnv: Environment
}

/** The action's inputs and the runner's tokens are nobody else's; `ROLLOUT_*` are ours to set. */
const WITHHELD = /^(INPUT|ACTIONS|ROLLOUT)_/i

/** The environment of a command for one server. What is not known is not set. */
export function environmentFor(server: Server, context: ServerContext, facts: RolloutFacts): Environment {
  const kept = Object.entries(facts.processEnv).filter(([name]) => !WITHHELD.test(name))
  const added = { ...rolloutVariables(context, facts), ...targetVariables(server, facts) }
  const known = Object.entries(added).filter(([, value]) => value !== undefined)
  return Object.fromEntries([...kept, ...known])
}

function rolloutVariables(context: ServerContext, facts: RolloutFacts): Environment {
  return {
    ROLLOUT_ID: facts.rolloutId,
    ROLLOUT_MODE: facts.mode,
    ROLLOUT_STRATEGY: facts.strategy,
    ROLLOUT_VERSION: context.version,
    ROLLOUT_PREVIOUS_VERSION: context.leaves,
    ROLLOUT_BATCH: String(context.batch),
    ROLLOUT_BATCHES: String(context.batches),
  }
}

function targetVariables(server: Server, { groups }: RolloutFacts): Environment {
  const nameOf = (arn: string) => groups.find((group) => group.arn === arn)?.name ?? arn
  const first = server.registrations[0]
  return {
    ROLLOUT_TARGET_ID: server.id,
    ROLLOUT_TARGET_PORT: first && String(first.target.port),
    ROLLOUT_TARGETS: server.registrations
      .map(({ groupArn, target }) => `${nameOf(groupArn)}:${target.port}`)
      .join(' '),
    ROLLOUT_TARGET_ZONE: zoneOf(server),
    ROLLOUT_TARGET_IP: addressOf(server),
    ROLLOUT_TARGET_GROUP: first && nameOf(first.groupArn),
    ROLLOUT_TARGET_GROUP_ARN: first?.groupArn,
  }
}
