import type { IncomingHttpHeaders } from 'node:http'
import type { SSMClientConfig } from '@aws-sdk/client-ssm'
import { answerJson, type HttpAnswer, type HttpRequest } from '../../simulator/api/json-protocol.ts'
import { answerQuery } from '../../simulator/api/query-protocol.ts'
import { apiService } from '../../simulator/api/serve.ts'
import type { VirtualClock } from '../../simulator/clock.ts'
import type { Simulator } from '../../simulator/simulator.ts'
import { ssmService } from '../../simulator/ssm/serve.ts'
import type { Ssm } from '../../simulator/ssm/ssm.ts'

type Handler = Extract<NonNullable<SSMClientConfig['requestHandler']>, { handle: unknown }>

/** How a real client is configured that is not to leave the process. */
export const config = (requestHandler: Handler) => ({
  region: 'us-east-1',
  endpoint: 'http://aws.test',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  requestHandler,
  // A signature is a sixth of what a call costs, and nobody looks at it.
  signer: { sign: async <Request>(request: Request) => request },
})

/** The same client; time stands still while it works. */
export function held<Client extends { send: unknown }>(client: Client, clock: VirtualClock): Client {
  const send = (client.send as (...given: unknown[]) => Promise<object>).bind(client)
  return { send: (...given: unknown[]) => clock.hold(() => send(...given)) } as Client
}

interface SdkRequest {
  readonly headers: Record<string, string>
  readonly body?: string | Uint8Array
}

/**
 * What the SDK sends its requests through, without a wire: the real client with all that it does to a request and an answer.
 * To be used while the clock is held (`VirtualClock.hold`): only the service lets time pass.
 */
export function inProcessHandler(
  clock: VirtualClock,
  answer: (request: HttpRequest) => Promise<HttpAnswer>,
): Handler {
  const handle = async (
    { headers, body }: SdkRequest,
    { abortSignal }: { abortSignal?: AbortSignal } = {},
  ) => {
    const text = typeof body === 'string' ? body : new TextDecoder().decode(body)
    const request = { headers: headers as IncomingHttpHeaders, body: text }
    const { status, ...rest } = await clock.letGo(() => unlessAborted(answer(request), abortSignal))
    const response = { statusCode: status, headers: rest.headers, body: new TextEncoder().encode(rest.body) }
    return { response }
  }
  return { handle, metadata: { handlerProtocol: 'http/1.1' } } as unknown as Handler
}

export const ssmHandler = (clock: VirtualClock, ssm: Ssm): Handler =>
  inProcessHandler(clock, (request) => answerJson(ssmService(ssm), request))

export const elbv2Handler = (clock: VirtualClock, simulator: Simulator): Handler =>
  inProcessHandler(clock, (request) => answerQuery(apiService(simulator), request))

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  let onAbort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }))
    signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
