import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { AwsError, senderError } from '../aws-error.ts'
import { type Encoding, type Envelope, QUERY_ENCODING } from './encode.ts'

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
  const envelope = { requestId: randomUUID(), namespace: service.namespace }
  const { encoding = QUERY_ENCODING } = service
  try {
    const parameters = await parametersOf(request)
    const action = parameters.get('Action') ?? ''
    const version = parameters.get('Version') ?? ''
    parameters.delete('Action')
    parameters.delete('Version')
    if (version !== service.version) throw wrongVersion(action, version)
    const result = await service.answer({ action, parameters, headers: request.headers })
    send(response, { status: 200, body: encoding.result(action, result, envelope), envelope })
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ECONNRESET') response.socket?.resetAndDestroy()
    else sendError(response, error, { encoding, envelope })
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

function sendError(
  response: ServerResponse,
  error: unknown,
  { encoding, envelope }: { encoding: Encoding; envelope: Envelope },
): void {
  const known =
    error instanceof AwsError
      ? error
      : new AwsError({ code: 'InternalFailure', message: String(error), status: 500, type: 'Receiver' })
  send(response, { status: known.status, body: encoding.error(known, envelope), envelope })
}

function send(
  response: ServerResponse,
  { status, body, envelope }: { status: number; body: string; envelope: Envelope },
): void {
  const headers = { 'content-type': 'text/xml', 'x-amzn-RequestId': envelope.requestId }
  response.writeHead(status, headers).end(body)
}
