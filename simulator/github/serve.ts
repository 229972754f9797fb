import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { close, listen } from '../listening.ts'
import type { IdTokens } from './id-tokens.ts'

export type IdTokenFault = 'deny' | 'throttle' | 'error' | 'reset'

/** What goes wrong with request n, counted from 1; nothing when it answers nothing. */
export type OnIdTokenRequest = (n: number) => IdTokenFault | undefined

export interface ServedIdTokens {
  /** What the runner puts into the environment of a job with `permissions: id-token: write`. */
  readonly environment: {
    readonly ACTIONS_ID_TOKEN_REQUEST_URL: string
    readonly ACTIONS_ID_TOKEN_REQUEST_TOKEN: string
  }
  /** Every token that was given out. */
  readonly issued: readonly string[]
  /** May be replaced at any time. */
  onRequest: OnIdTokenRequest | undefined
  /** How many requests came in. */
  requests(): number
  close(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly body: object
}

const STATUS = { deny: 403, throttle: 429, error: 503 } as const

/** Serves the address at which a job asks GitHub for an OIDC token. */
export async function serveIdTokens(tokens: IdTokens): Promise<ServedIdTokens> {
  const pass = randomBytes(24).toString('base64url')
  const issued: string[] = []
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    const fault = served.onRequest?.(requests)
    if (fault === 'reset') return void response.socket?.resetAndDestroy()
    const { status, body } = fault === undefined ? answer(request) : refusal(STATUS[fault], fault)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  const answer = (request: IncomingMessage): Answer => {
    const [scheme, given] = (request.headers.authorization ?? '').split(' ')
    if (scheme?.toLowerCase() !== 'bearer' || given !== pass) return refusal(401, 'The token is not valid')
    const url = new URL(request.url ?? '/', 'http://localhost')
    const value = tokens.issue(url.searchParams.get('audience') ?? 'https://github.com/octo-org')
    issued.push(value)
    return { status: 200, body: { count: value.length, value } }
  }
  const url = await listen(server, { host: '127.0.0.1', port: 0 })
  const served: ServedIdTokens = {
    environment: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/idtoken?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: pass,
    },
    issued,
    onRequest: undefined,
    requests: () => requests,
    close: () => close(server),
  }
  return served
}

const refusal = (status: number, message: string): Answer => ({ status, body: { message } })
