import { jsonServer } from '../api/json-protocol.ts'
import { close, listen } from '../listening.ts'
import type { CloudWatch } from './cloudwatch.ts'

export interface ServedCloudWatch {
  /** What AWS_ENDPOINT_URL_CLOUDWATCH takes. */
  readonly url: string
  close(): Promise<void>
}

/** Serves CloudWatch over HTTP. */
export async function serveCloudWatch(
  cloudWatch: CloudWatch,
  { host = '127.0.0.1', port = 0 }: { readonly host?: string; readonly port?: number } = {},
): Promise<ServedCloudWatch> {
  const server = jsonServer({
    target: 'GraniteServiceVersion20100801',
    version: '1.0',
    answer: async ({ operation, input }) => cloudWatch.call(operation, input),
  })
  return { url: await listen(server, { host, port }), close: () => close(server) }
}
