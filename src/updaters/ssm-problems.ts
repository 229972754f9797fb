import type { SSMClient } from '@aws-sdk/client-ssm'
import { chunksOf } from '../domain/chunks.ts'
import { ApiError, explain } from '../domain/errors.ts'
import type { Clock } from '../domain/ports.ts'
import type { SsmParameters } from '../domain/settings.ts'
import { idList } from '../domain/wording.ts'
import { type Asking, busyServers, whyBusy } from './ssm-busy.ts'
import { createRunCommand, type RunCommand } from './ssm-calls.ts'
import type { Agent } from './ssm-mapping.ts'
import { isShellDocument, parameterProblems, SHELL_DOCUMENT } from './ssm-parameters.ts'
import { persist } from './ssm-time.ts'

export interface SsmQuestion {
  readonly client: SSMClient
  readonly clock: Clock
  /** The ids of all servers that are to be updated. */
  readonly servers: readonly string[]
  readonly document?: string
  readonly parameters: SsmParameters
}

const CHUNK = 50
const GIVE_UP_AFTER_MS = 60_000
const BRIEFLY_MS = 10_000
/** No command has it. */
const NO_COMMAND = '00000000-0000-4000-8000-000000000000'

/** What keeps updates by Run Command from working, a sentence each with what to do. Nothing is sent to a server. */
export async function ssmProblems(question: SsmQuestion, signal: AbortSignal): Promise<string[]> {
  const { client, clock, servers } = question
  const { problems, mayAsk } = await obstacles(question, signal)
  const asking = { ssm: createRunCommand(client), clock, signal }
  return mayAsk ? [...problems, ...(await busyProblems(asking, servers))] : [...problems]
}

/** The same for commands that do not mind whether an update runs beside them. */
export async function ssmObstacles(question: SsmQuestion, signal: AbortSignal): Promise<readonly string[]> {
  return (await obstacles(question, signal)).problems
}

interface Obstacles {
  readonly problems: readonly string[]
  /** Whether it can be asked what runs on the servers. */
  readonly mayAsk: boolean
}

async function obstacles(question: SsmQuestion, signal: AbortSignal): Promise<Obstacles> {
  const { client, clock, servers, parameters } = question
  const document = { name: question.document ?? SHELL_DOCUMENT, parameters }
  const ssm = createRunCommand(client)
  const look = <T>(call: () => Promise<T>) =>
    persist(call, { clock, signal, giveUpAfterMs: GIVE_UP_AFTER_MS })
  const wrong = servers.filter((id) => !/^i-[0-9a-f]+$/.test(id))
  if (wrong.length > 0)
    return {
      problems: [
        `ssm-document is for targets of type instance, not for ${idList(wrong)}: use update-command`,
      ],
      mayAsk: false,
    }
  const denied = await deniedCalls(ssm, look, signal)
  const agents = await agentsOf(ssm, servers, { look, signal })
  const problems = 'problem' in agents ? [agents.problem] : agentProblems(servers, agents.found, document)
  return {
    problems: [...parameterProblems(document), ...denied, ...problems],
    mayAsk: denied.length === 0,
  }
}

/** Those among the servers of which the agent cannot be reached, with the reason. */
export async function unreachableAgents(
  { client, clock, servers }: Pick<SsmQuestion, 'client' | 'clock' | 'servers'>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const ssm = createRunCommand(client)
  const look = <T>(call: () => Promise<T>) => persist(call, { clock, signal, giveUpAfterMs: BRIEFLY_MS })
  try {
    const agents = await agentsOf(ssm, servers, { look, signal })
    if ('problem' in agents) return new Map(servers.map((id) => [id, agents.problem]))
    const online = new Set(agents.found.filter(({ isOnline }) => isOnline).map(({ server }) => server))
    return new Map(servers.filter((id) => !online.has(id)).map((id) => [id, 'its SSM agent is not online']))
  } catch (error) {
    if (signal.aborted || !(error instanceof ApiError)) throw error
    return new Map(
      servers.map((id) => [id, `whether its SSM agent is online is not known: ${explain(error)}`]),
    )
  }
}

async function busyProblems(asking: Asking, servers: readonly string[]): Promise<string[]> {
  const busy = [...(await busyServers(asking, servers))]
  return [...Map.groupBy(busy, ([, rolloutId]) => rolloutId)].map(
    ([rolloutId, some]) => `${idList(some.map(([id]) => id))}: ${whyBusy(rolloutId)}`,
  )
}

type Look = <T>(call: () => Promise<T>) => Promise<T>

/** SendCommand cannot be tried without running something; the others are asked about a command that does not exist. */
async function deniedCalls(ssm: RunCommand, look: Look, signal: AbortSignal): Promise<string[]> {
  const [server, commandId] = ['i-00000000000000000', NO_COMMAND]
  const calls: (() => Promise<unknown>)[] = [
    () => ssm.commands({ commandId }, signal),
    () => ssm.invocations(commandId, signal),
    () => ssm.printed({ commandId, server }, signal),
    () => ssm.cancel(commandId, [server], signal),
  ]
  const problems = await Promise.all(calls.map((call) => look(call).then(() => undefined, problemOf)))
  return problems.filter((problem) => problem !== undefined)
}

/** That there is no such command is as it should be. */
function problemOf(error: unknown): string | undefined {
  if (!(error instanceof ApiError)) throw error
  if (error.failure === 'denied') return explain(error)
  if (error.failure === 'rejected' || error.failure === 'not-found') return undefined
  throw error
}

async function agentsOf(
  ssm: RunCommand,
  servers: readonly string[],
  { look, signal }: { look: Look; signal: AbortSignal },
): Promise<{ readonly found: Agent[] } | { readonly problem: string }> {
  const found: Agent[] = []
  try {
    for (const chunk of chunksOf(servers, CHUNK)) {
      found.push(...(await look(() => ssm.agents(chunk, signal))))
    }
  } catch (error) {
    if (error instanceof ApiError && error.failure === 'denied') return { problem: explain(error) }
    throw error
  }
  return { found }
}

function agentProblems(
  servers: readonly string[],
  agents: readonly Agent[],
  document: { readonly name: string },
): string[] {
  const known = new Map(agents.map((agent) => [agent.server, agent]))
  const unknown = servers.filter((id) => !known.has(id))
  const offline = servers.filter((id) => known.get(id)?.isOnline === false)
  const windows = servers.filter((id) => known.get(id)?.platform === 'Windows')
  const problems: string[] = []
  if (unknown.length > 0)
    problems.push(
      `Systems Manager does not know ${idList(unknown)}: install the SSM agent, and give the instance a profile with ` +
        'AmazonSSMManagedInstanceCore',
    )
  if (offline.length > 0)
    problems.push(
      `the SSM agent of ${idList(offline)} is not online: start it, or take the server out of the group`,
    )
  if (windows.length > 0 && isShellDocument(document))
    problems.push(`${SHELL_DOCUMENT} is not for Windows (${idList(windows)}): give another ssm-document`)
  return problems
}
