import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { close, listen } from '../../../simulator/listening.ts'
import { type Call, type Known, knownCall } from './contract.ts'

export interface RecordedStatus {
  readonly state: string
  readonly description: string
  readonly log_url?: string
  readonly environment_url?: string
}

export interface RecordedDeployment {
  readonly id: number
  readonly task: string
  readonly ref: string
  readonly environment: string
  readonly description: string
  readonly payload: Readonly<Record<string, unknown>>
  /** In the order in which they came. */
  readonly statuses: RecordedStatus[]
}

/** What becomes of a call: a status and message of GitHub's, nothing ever, or (undefined) the answer. */
export type Fault = { readonly status: number; readonly message: string } | 'hang' | 'reset' | undefined

export interface GitHub {
  readonly url: string
  readonly deployments: readonly RecordedDeployment[]
  /** `POST /repos/…/deployments`, in order, with what was refused. */
  readonly calls: readonly Call[]
  /** What was not as GitHub's description has it: in a call, or in an answer of this server. */
  readonly violations: readonly string[]
  /** May be replaced at any time. */
  onCall: (call: Call, n: number) => Fault
  /** As the payload comes back: as it was given, or as text. */
  payloadAs: 'object' | 'text'
  /** What is in the environment of a job. */
  readonly environment: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** GitHub's deployments, as far as they are asked for; every call is checked against GitHub's own description. */
export async function openGitHub(): Promise<GitHub> {
  const deployments: RecordedDeployment[] = []
  const calls: Call[] = []
  const violations: string[] = []
  const server = createServer((request, response) => {
    receive(request).then(
      (call) => {
        calls.push(call)
        const fault = github.onCall(call, calls.length)
        if (fault === 'hang') return
        if (fault === 'reset') return void response.socket?.resetAndDestroy()
        if (fault !== undefined) return send(response, fault.status, { message: fault.message })
        const { status, body } = answer(call)
        send(response, status, body)
      },
      () => response.destroy(),
    )
  })
  const answer = (call: Call): Answer => {
    const known = knownCall(call)
    if (known === undefined) return { status: 404, body: { message: 'Not Found' } }
    const shown = { payloadAs: github.payloadAs, api: github.url }
    const given =
      known.problems.length > 0 ? refusal(known.problems) : perform(call, known, { deployments, ...shown })
    const wrong = [...known.problems, ...known.problemsOfAnswer(given.status, given.body)]
    violations.push(...wrong.map((problem) => `${call.method} ${known.path}: ${problem}`))
    return given
  }
  const url = await listen(server, { host: '127.0.0.1', port: 0 })
  const github: GitHub = {
    ...{ url, deployments, calls, violations, payloadAs: 'object' },
    onCall: () => undefined,
    environment: { GITHUB_API_URL: url },
    close: () => close(server),
  }
  return github
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

interface State {
  readonly deployments: RecordedDeployment[]
  readonly payloadAs: GitHub['payloadAs']
  readonly api: string
}

function perform(call: Call, { path, parameters }: Known, state: State): Answer {
  const { deployments } = state
  if (!path.endsWith('/statuses')) {
    return call.method === 'POST' ? create(call.body as Wanted, state) : list(parameters, state)
  }
  const deployment = deployments.find(({ id }) => id === Number(parameters.deployment_id))
  if (deployment === undefined) return { status: 404, body: { message: 'Not Found' } }
  const show = statusesOf(deployment, state)
  if (call.method === 'GET') return { status: 200, body: show().reverse() }
  deployment.statuses.push(call.body as RecordedStatus)
  return { status: 201, body: show().at(-1) }
}

type Wanted = Omit<RecordedDeployment, 'id' | 'statuses'>

function create(wanted: Wanted, state: State): Answer {
  const { deployments } = state
  const deployment = { ...wanted, id: 1_000 + deployments.length, statuses: [] }
  deployments.push(deployment)
  return { status: 201, body: shown(deployment, state) }
}

function list(
  { environment, task, per_page = '30' }: Readonly<Record<string, string>>,
  state: State,
): Answer {
  const found = state.deployments.filter(
    (each) => (!environment || each.environment === environment) && (!task || each.task === task),
  )
  const body = found.reverse().slice(0, Number(per_page))
  return { status: 200, body: body.map((each) => shown(each, state)) }
}

const AT = '2026-11-23T00:00:00Z'

function shown(
  { id, task, ref, environment, description, payload }: RecordedDeployment,
  { payloadAs, api }: State,
) {
  const url = `${api}/repos/octo-org/web/deployments/${id}`
  return {
    ...{ id, task, ref, sha: ref, environment, original_environment: environment, description, url },
    payload: payloadAs === 'text' ? JSON.stringify(payload) : payload,
    ...{ node_id: `D${id}`, creator: null, created_at: AT, updated_at: AT },
    ...{ statuses_url: `${url}/statuses`, repository_url: `${api}/repos/octo-org/web` },
  }
}

const statusesOf = (deployment: RecordedDeployment, state: State) => () => {
  const { url, repository_url } = shown(deployment, state)
  return deployment.statuses.map((status, id) => ({
    ...{ id, state: status.state, description: status.description, url: `${url}/statuses/${id}` },
    ...{ node_id: `S${id}`, creator: null, created_at: AT, updated_at: AT, deployment_url: url },
    ...{ target_url: status.log_url ?? '', log_url: status.log_url ?? '', repository_url },
    ...{ environment_url: status.environment_url ?? '', environment: deployment.environment },
  }))
}

const refusal = (problems: readonly string[]): Answer => ({
  status: 422,
  body: {
    message: 'Validation Failed',
    documentation_url: 'https://docs.github.com/rest/deployments',
    errors: problems.map((message) => ({ code: 'custom', message })),
  },
})

async function receive(request: IncomingMessage): Promise<Call> {
  const body = await text(request)
  const { method = '', url = '' } = request
  const call = { method, url: new URL(url, 'http://localhost') }
  return body === '' ? call : { ...call, body: JSON.parse(body) }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
}
