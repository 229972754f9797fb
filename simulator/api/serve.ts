import { close, listen } from '../listening.ts'
import type { Simulator } from '../simulator.ts'
import { checkCredentials, type Sessions } from './credentials.ts'
import { decodeParameters } from './decode.ts'
import { type QueryService, queryServer } from './query-protocol.ts'

/** The version of this service; the same host also serves Classic Load Balancers, as 2012-06-01. */
const VERSION = '2015-12-01'

export interface ServedApi {
  /** What AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2 takes. */
  readonly url: string
  /** How many requests came in, by action. */
  calls(): Record<string, number>
  close(): Promise<void>
}

export interface ApiOptions {
  readonly port?: number
  readonly host?: string
  /** Whose requests are taken; by default everybody's. */
  readonly sessions?: Sessions
}

/** As its clients speak to it. */
export const apiService = (simulator: Simulator): QueryService => ({
  version: VERSION,
  namespace: `http://elasticloadbalancing.amazonaws.com/doc/${VERSION}/`,
  answer: ({ action, parameters }) => simulator.call(action, decodeParameters(parameters)),
})

/** Serves the API over HTTP. */
export async function serveApi(simulator: Simulator, options: ApiOptions = {}): Promise<ServedApi> {
  const calls: Record<string, number> = {}
  const service = apiService(simulator)
  const server = queryServer({
    ...service,
    async answer(call) {
      const { action, headers } = call
      calls[action] = (calls[action] ?? 0) + 1
      if (options.sessions !== undefined) checkCredentials(headers, options.sessions)
      return service.answer(call)
    },
  })
  const url = await listen(server, { host: options.host ?? '127.0.0.1', port: options.port ?? 0 })
  return {
    url,
    calls: () => ({ ...calls }),
    close: () => close(server),
  }
}
