import type { Sessions } from '../api/credentials.ts'
import { checkJsonCredentials, type JsonService, jsonServer } from '../api/json-protocol.ts'
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

/** As its clients speak to it. */
export const ssmService = (ssm: Ssm): JsonService => ({
  target: 'AmazonSSM',
  version: '1.1',
  answer: ({ operation, input }) => ssm.call(operation, input),
})

/** Serves Systems Manager over HTTP, as JSON 1.1. */
export async function serveSsm(ssm: Ssm, options: SsmServerOptions = {}): Promise<ServedSsm> {
  const calls: Record<string, number> = {}
  const service = ssmService(ssm)
  const server = jsonServer({
    ...service,
    async answer(call) {
      const { operation, headers } = call
      calls[operation] = (calls[operation] ?? 0) + 1
      if (options.sessions !== undefined) checkJsonCredentials(headers, options.sessions)
      return service.answer(call)
    },
  })
  const url = await listen(server, { host: options.host ?? '127.0.0.1', port: options.port ?? 0 })
  return { url, calls: () => ({ ...calls }), close: () => close(server) }
}
