import { ApiError, messageOf } from '../domain/errors.ts'
import { duration } from '../domain/wording.ts'

/** https://docs.github.com/rest/deployments/statuses#create-a-deployment-status */
export type DeploymentState = 'in_progress' | 'success' | 'failure' | 'error' | 'inactive'

/** What is kept in a deployment of ours, so that a later run knows it again. */
export interface DeploymentPayload {
  readonly rolloutId: string
  readonly version: string
  readonly previousVersion?: string
  readonly strategy: string
  /** Names, not ARNs: whoever may read the repository sees them. */
  readonly targetGroups: readonly string[]
}

export interface Deployment {
  readonly id: number
  readonly payload: DeploymentPayload
}

export interface DeploymentStatus {
  readonly state: DeploymentState
  readonly description: string
}

/** GitHub's deployments of one environment. Every method rejects with an `ApiError`, or with the signal's reason. */
export interface DeploymentCalls {
  /** Ours, the newest first; no more than the last hundred. */
  list(signal: AbortSignal): Promise<Deployment[]>
  create(payload: DeploymentPayload, description: string, signal: AbortSignal): Promise<Deployment>
  addStatus(id: number, status: DeploymentStatus, signal: AbortSignal): Promise<void>
  /** The newest first. */
  statesOf(id: number, signal: AbortSignal): Promise<string[]>
}

export interface DeploymentPlace {
  readonly token: string
  readonly repository: { readonly owner: string; readonly repo: string }
  readonly environment: string
  /** Absent: none is shown. */
  readonly environmentUrl?: string
  /** Of the commit that the run is about. */
  readonly sha: string
  readonly runUrl: string
}

/** Tells ours from those that GitHub makes for jobs with an `environment`. */
const TASK = 'deploy:elb'

/** The library is loaded here, and not before. */
export async function deploymentCalls(place: DeploymentPlace): Promise<DeploymentCalls> {
  const { getOctokit } = await import('@actions/github')
  const { repos } = getOctokit(place.token).rest
  const { repository, environment, environmentUrl, sha, runUrl } = place
  return {
    async list(signal) {
      const query = { ...repository, environment, task: TASK, per_page: 100 }
      const { data } = await told((request) => repos.listDeployments({ ...query, request }), signal)
      return data.flatMap(({ id, payload }) => {
        const ours = payloadFrom(payload)
        return ours === undefined ? [] : [{ id, payload: ours }]
      })
    },
    async create(payload, description, signal) {
      const wanted = { task: TASK, ref: sha, auto_merge: false, required_contexts: [], environment }
      const call = { ...repository, ...wanted, payload: { ...payload }, description }
      const { data } = await told((request) => repos.createDeployment({ ...call, request }), signal)
      if ('id' in data) return { id: data.id, payload }
      // Only where a branch was to be merged first, which it was not.
      throw refused('HTTP 202', data.message ?? 'not created')
    },
    async addStatus(deployment_id, status, signal) {
      const url = environmentUrl === undefined ? {} : { environment_url: environmentUrl }
      // Another fleet may be deployed to the same environment: whose deployment is over we say ourselves.
      const wanted = { ...status, ...url, log_url: runUrl, auto_inactive: false }
      const call = { ...repository, deployment_id, ...wanted }
      await told((request) => repos.createDeploymentStatus({ ...call, request }), signal)
    },
    async statesOf(deployment_id, signal) {
      const query = { ...repository, deployment_id, per_page: 100 }
      const { data } = await told((request) => repos.listDeploymentStatuses({ ...query, request }), signal)
      return data.map(({ state }) => state)
    },
  }
}

const ANSWER_WITHIN_MS = 10_000

async function told<T>(call: (how: { signal: AbortSignal }) => Promise<T>, signal: AbortSignal): Promise<T> {
  const tooLong = AbortSignal.timeout(ANSWER_WITHIN_MS)
  try {
    return await call({ signal: AbortSignal.any([signal, tooLong]) })
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (!tooLong.aborted) throw failure(error)
    throw failed('transient', { code: 'no answer', text: `within ${duration(ANSWER_WITHIN_MS)}` })
  }
}

function failure(error: unknown): ApiError {
  const { status, response } = error as { status?: number; response?: unknown }
  const text = withoutAddress(messageOf(error))
  // The library says 500 where there was no answer at all.
  if (status === undefined || response === undefined) return failed('transient', { code: 'no answer', text })
  const code = `HTTP ${status}`
  const isLimited = status === 429 || (status === 403 && /rate limit/i.test(text))
  if (isLimited || status >= 500) return failed('transient', { code, text })
  const isDenied = status === 401 || status === 403 || status === 404
  return isDenied ? failed('denied', { code, text }) : refused(code, text)
}

const refused = (code: string, text: string): ApiError => failed('rejected', { code, text })

const failed = (failure: ApiError['failure'], { code, text }: { code: string; text: string }): ApiError =>
  new ApiError({ failure, permission: 'deployments: write', code, message: `${code}: ${text}` })

/** Without the address of the documentation that the library puts behind it. */
const withoutAddress = (text: string): string => text.replace(/ - https:\/\/docs\.github\.com\S*/, '')

/** GitHub gives it back as an object or as text, and anybody may have written it. */
function payloadFrom(given: unknown): DeploymentPayload | undefined {
  const payload = typeof given === 'string' ? parsed(given) : given
  if (typeof payload !== 'object' || payload === null) return undefined
  const { rolloutId, version, strategy = '', targetGroups } = payload as Partial<DeploymentPayload>
  const isOurs = typeof rolloutId === 'string' && typeof version === 'string' && Array.isArray(targetGroups)
  return isOurs ? { rolloutId, version, strategy, targetGroups } : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
