import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { AwsError, senderError } from '../aws-error.ts'
import { checkCredentials, type Sessions } from './credentials.ts'

export interface JsonCall {
  /** What follows the dot in `X-Amz-Target`. */
  readonly operation: string
  readonly input: object
  readonly headers: IncomingMessage['headers']
}

/** A service of AWS that speaks JSON, named by the header `X-Amz-Target`. */
export interface JsonService {
  /** What stands before the dot: `AmazonSSM`. */
  readonly target: string
  readonly version: '1.0' | '1.1'
  /** Rejects with AwsError. */
  answer(call: JsonCall): Promise<object>
}

export interface HttpRequest {
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Serves it as the AWS SDKs and the AWS CLI speak it. Dates go out as seconds since the epoch. */
export function jsonServer(service: JsonService): Server {
  return createServer((request, response) => {
    void answer(service, request, response)
  })
}

const IN_JSON: Readonly<Record<string, string>> = {
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
  ExpiredToken: 'ExpiredTokenException',
  InvalidClientTokenId: 'UnrecognizedClientException',
}

/** As `checkCredentials`, in the words of these services, and with HTTP 400. */
export function checkJsonCredentials(headers: JsonCall['headers'], sessions: Sessions): void {
  try {
    checkCredentials(headers, sessions)
  } catch (error) {
    const { code, message } = error as AwsError
    throw senderError(IN_JSON[code] ?? code, message)
  }
}

async function answer(
  service: JsonService,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { status, headers, body } = await answerJson(service, {
      headers: request.headers,
      body: await text(request),
    })
    response.writeHead(status, headers).end(body)
  } catch {
    response.socket?.resetAndDestroy()
  }
}

/** One request without a wire; rejects when the connection is to be reset. */
export async function answerJson(service: JsonService, request: HttpRequest): Promise<HttpAnswer> {
  try {
    const operation = operationIn(service, request)
    const input = parsed(request.body)
    const body = await service.answer({ operation, input, headers: request.headers })
    return answerOf(service, 200, body)
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ECONNRESET') throw error
    return answerOf(service, ...refusal(error))
  }
}

function operationIn({ target }: JsonService, { headers }: HttpRequest): string {
  const [service, operation = ''] = String(headers['x-amz-target'] ?? '').split('.')
  if (service !== target) throw senderError('UnknownOperationException', '')
  return operation
}

function parsed(body: string): object {
  try {
    const input: unknown = JSON.parse(body)
    if (typeof input === 'object' && input !== null) return input
  } catch {}
  throw senderError('SerializationException', 'The request is not a JSON object')
}

function refusal(error: unknown): [status: number, body: object] {
  if (!(error instanceof AwsError)) return [500, { __type: 'InternalServerError', message: String(error) }]
  return [error.status, { __type: error.code, message: error.message }]
}

const answerOf = ({ version }: JsonService, status: number, body: object): HttpAnswer => ({
  status,
  headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amzn-requestid': randomUUID() },
  body: JSON.stringify(withSeconds(body)),
})

function withSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000
  if (Array.isArray(value)) return value.map(withSeconds)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withSeconds(member)]))
}
