import { get as getPlainly, type IncomingMessage } from 'node:http'
import { Agent, get } from 'node:https'
import { text } from 'node:stream/consumers'
import type { ApiFailure } from '../domain/errors.ts'
import { ApiError, isTransient, messageOf } from '../domain/errors.ts'
import { systemClock } from './system-clock.ts'

export interface IdTokenOptions {
  /** Of this process: the runner says in it whom to ask. */
  readonly environment: Readonly<Record<string, string | undefined>>
  mask(secret: string): void
}

const PAUSES_MS = [250, 500, 1_000]
const TIMEOUT_MS = 10_000

/**
 * Gets tokens that say to others who this job is. `core.getIDToken` would print each of them as `::add-mask::…`, which
 * stands in the log as it is while workflow commands are stopped. Rejects with an `ApiError`.
 * https://docs.github.com/actions/reference/security/oidc#methods-for-requesting-the-oidc-token
 */
export function idTokens({ environment, mask }: IdTokenOptions): (audience: string) => Promise<string> {
  return async (audience) => {
    const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: pass } = environment
    if (!url || !pass || !URL.canParse(url)) throw noToken('credentials', NOT_PERMITTED)
    const address = new URL(url)
    address.searchParams.set('audience', audience)
    const token = await persistently(() => ask(address, pass))
    mask(token)
    return token
  }
}

const NOT_PERMITTED =
  'the job may not ask for one: give it `permissions: id-token: write` (a run for a pull request from a fork never gets it)'

async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (const pause of PAUSES_MS) {
    try {
      return await work()
    } catch (error) {
      if (!isTransient(error)) throw error
      await systemClock.sleep(pause)
    }
  }
  return work()
}

async function ask(address: URL, pass: string): Promise<string> {
  const { status, body } = await answerOf(address, pass).catch((error) => {
    throw noToken('transient', messageOf(error))
  })
  if (status !== 200) {
    throw noToken(
      status === 429 || status >= 500 ? 'transient' : 'credentials',
      `GitHub answered HTTP ${status}`,
    )
  }
  const token = tokenIn(body)
  if (token === undefined) throw noToken('credentials', 'GitHub answered without one')
  return token
}

async function answerOf(address: URL, pass: string): Promise<{ status: number; body: string }> {
  const isPlain = address.protocol === 'http:'
  const options = {
    headers: { accept: 'application/json', authorization: `Bearer ${pass}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(isPlain ? {} : { agent: new Agent({ proxyEnv: process.env }) }),
  }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = isPlain ? getPlainly(address, options, resolve) : get(address, options, resolve)
    request.on('error', reject)
  })
  return { status: response.statusCode ?? 0, body: await text(response) }
}

function tokenIn(body: string): string | undefined {
  try {
    const { value } = JSON.parse(body) as { value?: unknown }
    return typeof value === 'string' && value !== '' ? value : undefined
  } catch {
    return undefined
  }
}

const noToken = (failure: ApiFailure, why: string): ApiError =>
  new ApiError({
    failure,
    permission: 'id-token: write',
    code: 'NoIdToken',
    message: `role-to-assume needs GitHub's OIDC token: ${why}`,
  })
