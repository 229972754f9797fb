import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { AwsError, senderError } from '../aws-error.ts'
import { type Encoding, type Envelope, QUERY_ENCODING } from './encode.ts'
import type { HttpAnswer, HttpRequest } from './json-protocol.ts'

export interface QueryCall {
  readonly action: string
  /** Without `Action` and `Version`. */
  readonly parameters: URLSearchParams
  readonly headers: IncomingMessage['headers']
}

/** A service of AWS that speaks the Query protocol. */
export interface QueryService {
  readonly version: string
  readonly namespace: string
  /** That of most services unless given. */
  readonly encoding?: Encoding
  /** Rejects with AwsError. */
  answer(call: QueryCall): Promise<object>
}

/** Serves it as the AWS SDKs and the AWS CLI speak it. */
export function queryServer(service: QueryService): Server {
  return createServer((request, response) => {
    void answer(service, request, response)
  })
}

async function answer(
  service: QueryService,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { status, headers, body } = await answerQuery(service, {
      headers: request.headers,
      body: await parametersOf(request),
    })
    response.writeHead(status, headers).end(body)
  } catch {
    response.socket?.resetAndDestroy()
  }
}

/** One request without a wire; rejects when the connection is to be reset. */
export async function answerQuery(service: QueryService, request: HttpRequest): Promise<HttpAnswer> {
  const envelope = { requestId: randomUUID(), namespace: service.namespace }
  const { encoding = QUERY_ENCODING } = service
  try {
    const parameters = new URLSearchParams(request.body)
    const action = parameters.get('Action') ?? ''
    const version = parameters.get('Version') ?? ''
    parameters.delete('Action')
    parameters.delete('Version')
    if (version !== service.version) throw wrongVersion(action, version)
    const result = await service.answer({ action, parameters, headers: request.headers })
    return answerOf(envelope, 200, encoding.result(action, result, envelope))
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ECONNRESET') throw error
    const known = knownError(error)
    return answerOf(envelope, known.status, encoding.error(known, envelope))
  }
}

/** GET carries the parameters in its query, POST in its body. */
async function parametersOf(request: IncomingMessage): Promise<string> {
  return request.method === 'GET' ? new URL(request.url ?? '/', 'http://localhost').search : text(request)
}

function wrongVersion(action: string, version: string): AwsError {
  return senderError(
    'InvalidAction',
    `Could not find operation ${action} for version ${version || 'NO_VERSION_SPECIFIED'}`,
  )
}

const knownError = (error: unknown): AwsError =>
  error instanceof AwsError
    ? error
    : new AwsError({ code: 'InternalFailure', message: String(error), status: 500, type: 'Receiver' })

const answerOf = ({ requestId }: Envelope, status: number, body: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
  body,
})
