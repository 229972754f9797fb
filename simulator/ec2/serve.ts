import { queryServer } from '../api/query-protocol.ts'
import { close, listen } from '../listening.ts'
import type { Ec2 } from './ec2.ts'
import { decodeRequest, EC2_ENCODING } from './wire.ts'

const VERSION = '2016-11-15'

export interface ServedEc2 {
  /** What AWS_ENDPOINT_URL_EC2 takes. */
  readonly url: string
  /** How many requests came in. */
  calls(): number
  close(): Promise<void>
}

/** Serves EC2 over HTTP. */
export async function serveEc2(ec2: Ec2): Promise<ServedEc2> {
  let calls = 0
  const server = queryServer({
    version: VERSION,
    namespace: `http://ec2.amazonaws.com/doc/${VERSION}/`,
    encoding: EC2_ENCODING,
    answer({ action, parameters }) {
      calls++
      return ec2.call(action, decodeRequest(parameters))
    },
  })
  const url = await listen(server, { host: '127.0.0.1', port: 0 })
  return { url, calls: () => calls, close: () => close(server) }
}
