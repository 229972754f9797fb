import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { AwsError, senderError } from '../aws-error.ts'
import { close, listen } from '../listening.ts'
import type { Simulator } from '../simulator.ts'
import { decodeParameters } from './decode.ts'
import { encodeError, encodeResult } from './encode.ts'

/** The version of this service; the same host also serves Classic Load Balancers, as 2012-06-01. */
const VERSION = '2015-12-01'

export interface ServedApi {
  /** What AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2 takes. */
  readonly url: string
  /** How many requests came in, by action. */
  calls(): Record<string, number>
  close(): Promise<void>
}

/** Serves the API over HTTP in the Query protocol, as the AWS SDKs and the AWS CLI speak it. */
export async function serveApi(
  simulator: Simulator,
  options: { port?: number; host?: string } = {},
): Promise<ServedApi> {
  const calls: Record<string, number> = {}
  const server = createServer((request, response) => {
    void answer(simulator, { request, response, calls })
  })
  const url = await listen(server, { host: options.host ?? '127.0.0.1', port: options.port ?? 0 })
  return {
    url,
    calls: () => ({ ...calls }),
    close: () => close(server),
  }
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly calls: Record<string, number>
}

async function answer(simulator: Simulator, { request, response, calls }: Exchange): Promise<void> {
  const requestId = randomUUID()
  try {
    const parameters = await parametersOf(request)
    const action = parameters.get('Action') ?? ''
    const version = parameters.get('Version') ?? ''
    parameters.delete('Action')
    parameters.delete('Version')
    if (version !== VERSION) throw wrongVersion(action, version)
    calls[action] = (calls[action] ?? 0) + 1
    const result = await simulator.call(action, decodeParameters(parameters))
    send(response, { status: 200, body: encodeResult(action, result, requestId), requestId })
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ECONNRESET') response.socket?.resetAndDestroy()
    else sendError(response, error, requestId)
  }
}

/** GET carries the parameters in its query, POST in its body. */
async function parametersOf(request: IncomingMessage): Promise<URLSearchParams> {
  if (request.method === 'GET') return new URL(request.url ?? '/', 'http://localhost').searchParams
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return new URLSearchParams(Buffer.concat(chunks).toString())
}

function wrongVersion(action: string, version: string): AwsError {
  return senderError(
    'InvalidAction',
    `Could not find operation ${action} for version ${version || 'NO_VERSION_SPECIFIED'}`,
  )
}

function sendError(response: ServerResponse, error: unknown, requestId: string): void {
  const known =
    error instanceof AwsError
      ? error
      : new AwsError({ code: 'InternalFailure', message: String(error), status: 500, type: 'Receiver' })
  send(response, { status: known.status, body: encodeError(known, requestId), requestId })
}

function send(response: ServerResponse, answer: { status: number; body: string; requestId: string }): void {
  const headers = { 'content-type': 'text/xml', 'x-amzn-RequestId': answer.requestId }
  response.writeHead(answer.status, headers).end(answer.body)
}
