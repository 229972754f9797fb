import type { SSMClient } from '@aws-sdk/client-ssm'
import { explain } from '../domain/errors.ts'
import type { Clock, Doubt } from '../domain/ports.ts'
import { createRunCommand, type RunCommand } from './ssm-calls.ts'
import { beginningOf, isDrainOfRollout, isOfRollout } from './ssm-comment.ts'
import type { Invocation, SentCommand } from './ssm-mapping.ts'
import { LISTED_WITHIN_MS, Pace, persist } from './ssm-time.ts'
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
  const rest = new Rest({ ssm: createRunCommand(client), clock, signal }, ending.rolloutIds)
  const startedAt = clock.now()
  try {
    const saved = Map.groupBy(commands, ([, id]) => id)
    await rest.end(new Map([...saved].map(([id, entries]) => [id, entries.map(([server]) => server)])))
    // One that was sent a moment ago, by a process that died right after, is not listed yet.
    await clock.sleep(Math.max(0, startedAt + LISTED_WITHIN_MS - clock.now()), signal)
    await rest.end()
    return [...rest.doubts.values()]
  } catch (error) {
    const reason = explain(error)
    return [...new Set([...commands.keys(), ...servers])].map((server) => ({ server, reason }))
  }
}

/** The same for the commands that look whether servers have drained. They change nothing: that one may go on is no matter. */
export async function endDrainChecks(
  { client, clock, rolloutId }: Pick<SsmEnding, 'client' | 'clock'> & { readonly rolloutId: string },
  signal: AbortSignal,
): Promise<void> {
  const by: By = { ssm: createRunCommand(client), clock, signal }
  const running = await persistently(by, () => by.ssm.commands({ stage: 'Executing' }, signal))
  const meant = running.filter(({ comment }) => isDrainOfRollout(comment, rolloutId))
  await Promise.all(meant.map(({ id, servers }) => end(by, id, servers)))
}

/** The commands that are left of some rollouts. */
class Rest {
  /** By server. */
  readonly doubts = new Map<string, Doubt>()
  readonly #by: By
  readonly #rolloutIds: readonly string[]
  readonly #known = new Set<string>()

  constructor(by: By, rolloutIds: readonly string[]) {
    this.#by = by
    this.#rolloutIds = rolloutIds
  }

  /** Ends those that are listed now and were not before; `others`: ids and servers of more of them. */
  async end(others: ReadonlyMap<string, readonly string[]> = new Map()): Promise<void> {
    const found = await commandsOf(this.#by, this.#rolloutIds)
    const listed = new Set(found.map(({ id }) => id))
    const fresh = lastOnes(found).filter(({ command }) => !this.#known.has(command.id))
    const doubts = await Promise.all([
      ...fresh.map(({ command, servers }) => settle(this.#by, command, servers)),
      ...[...others].filter(([id]) => !listed.has(id)).map(([id, servers]) => end(this.#by, id, servers)),
    ])
    for (const id of [...listed, ...others.keys()]) this.#known.add(id)
    for (const doubt of doubts.flat()) this.doubts.set(doubt.server, doubt)
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
    pace: new Pace(by.clock),
    async onEnd({ server, verdict }: { server: string; verdict: Verdict }) {
      if (!verdict.ok && !verdict.ended) doubts.push({ server, reason: verdict.reason })
    },
  }
  const whyEnd = () => 'its rollout is over'
  await new Watch(watching, { commandId, whyEnd, servers, mayHaveBegun: true }).run()
  return doubts
}
