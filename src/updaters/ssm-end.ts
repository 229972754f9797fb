import type { SSMClient } from '@aws-sdk/client-ssm'
import type { Clock } from '../domain/ports.ts'
import { createRunCommand, type RunCommand } from './ssm-calls.ts'
import { isDrainOfRollout, isOfRollout } from './ssm-comment.ts'
import { Pace, persist } from './ssm-time.ts'
import { Watch } from './ssm-watch.ts'

/** What a dead process may have left running: its commands, by server, as it has saved them. */
export interface SsmEnding {
  readonly client: SSMClient
  readonly clock: Clock
  readonly rolloutId: string
  readonly commands: ReadonlyMap<string, string>
}

const LIST_WITHIN_MS = 60_000

/**
 * Ends the commands of a rollout, those that were saved and those that run and are found by its id in their comment;
 * answers the servers on which one cannot be shown to have ended.
 */
export async function endSsmCommands(
  { client, clock, rolloutId, commands }: SsmEnding,
  signal: AbortSignal,
): Promise<string[]> {
  const ssm = createRunCommand(client)
  const running = await runningOf(ssm, {
    clock,
    signal,
    isMeant: (comment) => isOfRollout(comment, rolloutId),
  })
  const saved = Map.groupBy(commands, ([, commandId]) => commandId)
  const all = new Map([
    ...running,
    ...[...saved].map(([commandId, entries]) => [commandId, entries.map(([server]) => server)] as const),
  ])
  const left = await Promise.all(
    [...all].map(([commandId, servers]) => endOne({ ssm, clock, signal }, commandId, servers)),
  )
  return [...new Set(left.flat())]
}

/** The same for the commands that look whether servers have drained. They change nothing: that one may go on is no matter. */
export async function endDrainChecks(
  { client, clock, rolloutId }: Omit<SsmEnding, 'commands'>,
  signal: AbortSignal,
): Promise<void> {
  const ssm = createRunCommand(client)
  const isMeant = (comment: string) => isDrainOfRollout(comment, rolloutId)
  const running = await runningOf(ssm, { clock, signal, isMeant })
  await Promise.all(running.map(([commandId, servers]) => endOne({ ssm, clock, signal }, commandId, servers)))
}

async function runningOf(
  ssm: RunCommand,
  { clock, signal, isMeant }: { clock: Clock; signal: AbortSignal; isMeant: (comment: string) => boolean },
): Promise<(readonly [string, readonly string[]])[]> {
  const list = () => ssm.commands({ stage: 'Executing' }, signal)
  const found = await persist(list, { clock, signal, giveUpAfterMs: LIST_WITHIN_MS })
  return found.filter(({ comment }) => isMeant(comment)).map(({ id, servers }) => [id, servers] as const)
}

async function endOne(
  by: { ssm: RunCommand; clock: Clock; signal: AbortSignal },
  commandId: string,
  servers: readonly string[],
): Promise<string[]> {
  const left: string[] = []
  const watching = {
    ...by,
    pace: new Pace(),
    async onEnd({ server, verdict }: { server: string; verdict: { ok: boolean; ended?: boolean } }) {
      if (!verdict.ok && !verdict.ended) left.push(server)
    },
  }
  const whyEnd = () => 'its rollout is over'
  await new Watch(watching, { commandId, whyEnd, servers, mayHaveBegun: true }).run()
  return left
}
