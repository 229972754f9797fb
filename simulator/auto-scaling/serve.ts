import { checkCredentials, type Sessions } from '../api/credentials.ts'
import { decodeParameters } from '../api/decode.ts'
import { type QueryService, queryServer } from '../api/query-protocol.ts'
import { close, listen } from '../listening.ts'
import type { AutoScaling } from './auto-scaling.ts'

const VERSION = '2011-01-01'

export interface ServedAutoScaling {
  /** What AWS_ENDPOINT_URL_AUTO_SCALING takes. */
  readonly url: string
  /** How many requests came in, by action. */
  calls(): Record<string, number>
  close(): Promise<void>
}

export interface AutoScalingServerOptions {
  readonly port?: number
  readonly host?: string
  /** Whose requests are taken; by default everybody's. */
  readonly sessions?: Sessions
}

/** Serves Auto Scaling over HTTP, in the Query protocol. */
export async function serveAutoScaling(
  autoScaling: AutoScaling,
  options: AutoScalingServerOptions = {},
): Promise<ServedAutoScaling> {
  const calls: Record<string, number> = {}
  const service: QueryService = {
    version: VERSION,
    namespace: `http://autoscaling.amazonaws.com/doc/${VERSION}/`,
    async answer({ action, parameters, headers }) {
      calls[action] = (calls[action] ?? 0) + 1
      if (options.sessions !== undefined) checkCredentials(headers, options.sessions)
      return autoScaling.call(action, decodeParameters(parameters))
    },
  }
  const server = queryServer(service)
  const url = await listen(server, { host: options.host ?? '127.0.0.1', port: options.port ?? 0 })
  return { url, calls: () => ({ ...calls }), close: () => close(server) }
}
