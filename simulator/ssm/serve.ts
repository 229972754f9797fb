import type { Sessions } from '../api/credentials.ts'
import { checkJsonCredentials, jsonServer } from '../api/json-protocol.ts'
import { close, listen } from '../listening.ts'
import type { Ssm } from './ssm.ts'

export interface ServedSsm {
  /** What AWS_ENDPOINT_URL_SSM takes. */
  readonly url: string
  /** How many requests came in, by operation. */
  calls(): Record<string, number>
  close(): Promise<void>
}

export interface SsmServerOptions {
  readonly port?: number
  readonly host?: string
  /** Whose requests are taken; by default everybody's. */
  readonly sessions?: Sessions
}

/** Serves Systems Manager over HTTP, as JSON 1.1. */
export async function serveSsm(ssm: Ssm, options: SsmServerOptions = {}): Promise<ServedSsm> {
  const calls: Record<string, number> = {}
  const server = jsonServer({
    target: 'AmazonSSM',
    version: '1.1',
    async answer({ operation, input, headers }) {
      calls[operation] = (calls[operation] ?? 0) + 1
      if (options.sessions !== undefined) checkJsonCredentials(headers, options.sessions)
      return ssm.call(operation, input)
    },
  })
  const url = await listen(server, { host: options.host ?? '127.0.0.1', port: options.port ?? 0 })
  return { url, calls: () => ({ ...calls }), close: () => close(server) }
}
