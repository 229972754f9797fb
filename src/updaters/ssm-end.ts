import type { SSMClient } from '@aws-sdk/client-ssm'
import type { Clock, Doubt } from '../domain/ports.ts'
import { createRunCommand, type RunCommand } from './ssm-calls.ts'
import { beginningOf, isOfRollout } from './ssm-comment.ts'
import { explain } from './ssm-failure.ts'
import type { Invocation, SentCommand } from './ssm-mapping.ts'
import { Pace, persist } from './ssm-time.ts'
import { isComplete, type Verdict, verdictOn } from './ssm-verdict.ts'
import { Watch } from './ssm-watch.ts'

/** What dead processes may have left running. */
export interface SsmEnding {
  readonly client: SSMClient
  readonly clock: Clock
  /** Those that stand in the comments of their commands. */
  readonly rolloutIds: readonly string[]
  /** By server, as a process has saved them. */
  readonly commands: ReadonlyMap<string, string>
  /** All of them are in doubt when it cannot be known what runs. */
  readonly servers: readonly string[]
}

const LOOK_WITHIN_MS = 60_000
/** The clock of the runner may be wrong by as much. */
const SKEW_MS = 15 * 60_000

/**
 * Ends the commands of rollouts, those that were saved and those that are found by their comment; answers the servers on
 * which one cannot be shown to have ended. What Systems Manager itself has given up on may run on all the same.
 */
export async function endSsmCommands(ending: SsmEnding, signal: AbortSignal): Promise<Doubt[]> {
  const { client, clock, commands, servers } = ending
  const by: By = { ssm: createRunCommand(client), clock, signal }
  try {
    const found = await commandsOf(by, ending.rolloutIds)
    const saved = [...Map.groupBy(commands, ([, id]) => id)].filter(([id]) =>
      found.every((command) => command.id !== id),
    )
    const doubts = await Promise.all([
      ...lastOnes(found).map(({ command, servers: its }) => settle(by, command, its)),
      ...saved.map(([id, entries]) =>
        end(
          by,
          id,
          entries.map(([server]) => server),
        ),
      ),
    ])
    return [...new Map(doubts.flat().map((doubt) => [doubt.server, doubt])).values()]
  } catch (error) {
    const reason = explain(error)
    return [...new Set([...commands.keys(), ...servers])].map((server) => ({ server, reason }))
  }
}

interface By {
  readonly ssm: RunCommand
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Newest first. */
async function commandsOf(by: By, rolloutIds: readonly string[]): Promise<SentCommand[]> {
  const beginnings = rolloutIds.map(beginningOf)
  const known = beginnings.filter((at) => at !== undefined)
  const isKnown = known.length > 0 && known.length === beginnings.length
  const which = isKnown ? { sentAfter: Math.min(...known) - SKEW_MS } : {}
  const all = await persistently(by, () => by.ssm.commands(which, by.signal))
  return all.filter(({ comment }) => rolloutIds.some((id) => isOfRollout(comment, id)))
}

interface Last {
  readonly command: SentCommand
  readonly servers: readonly string[]
}

/** What runs; and of what is over the last one on each server: whoever sent it knew that those before had ended. */
function lastOnes(newestFirst: readonly SentCommand[]): Last[] {
  const seen = new Set<string>()
  return newestFirst.flatMap((command) => {
    const servers = isComplete(command.state)
      ? command.servers.filter((id) => !seen.has(id))
      : command.servers
    for (const id of command.servers) seen.add(id)
    return servers.length === 0 || command.state === 'Success' ? [] : [{ command, servers }]
  })
}

/** Of one that is over it is only asked how. */
async function settle(by: By, { id, state }: SentCommand, servers: readonly string[]): Promise<Doubt[]> {
  if (!isComplete(state)) return end(by, id, servers)
  const invocations = await persistently(by, () => by.ssm.invocations(id, by.signal))
  // It has come to no server at all.
  if (invocations.length === 0) return []
  const known = new Map(invocations.map((invocation) => [invocation.server, invocation]))
  const open = servers.filter((server) => verdictOfDead(known.get(server)) === undefined)
  const doubts = servers.flatMap((server) => {
    const verdict = verdictOfDead(known.get(server))
    return verdict === undefined || verdict.ok || verdict.ended ? [] : [{ server, reason: verdict.reason }]
  })
  return open.length === 0 ? doubts : [...doubts, ...(await end(by, id, open))]
}

const verdictOfDead = (invocation: Invocation | undefined) =>
  invocation && verdictOn(invocation, { mayHaveBegun: true })

const persistently = <T>({ clock, signal }: By, call: () => Promise<T>): Promise<T> =>
  persist(call, { clock, signal, giveUpAfterMs: LOOK_WITHIN_MS })

async function end(by: By, commandId: string, servers: readonly string[]): Promise<Doubt[]> {
  const doubts: Doubt[] = []
  const watching = {
    ...by,
    pace: new Pace(),
    async onEnd({ server, verdict }: { server: string; verdict: Verdict }) {
      if (!verdict.ok && !verdict.ended) doubts.push({ server, reason: verdict.reason })
    },
  }
  const whyEnd = () => 'its rollout is over'
  await new Watch(watching, { commandId, whyEnd, servers, mayHaveBegun: true }).run()
  return doubts
}
