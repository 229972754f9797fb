import { queryServer } from '../api/query-protocol.ts'
import { AwsError, connectionReset, senderError } from '../aws-error.ts'
import { close, listen } from '../listening.ts'
import { denied, type Sts } from './sts.ts'

export type StsFault = 'deny' | 'throttle' | 'error' | 'reset'

/** What goes wrong with call n, counted from 1; nothing when it answers nothing. */
export type OnStsCall = (n: number) => StsFault | undefined

export interface ServedSts {
  /** What AWS_ENDPOINT_URL_STS takes. */
  readonly url: string
  /** May be replaced at any time. */
  onCall: OnStsCall | undefined
  /** How many calls came in. */
  calls(): number
  close(): Promise<void>
}

const VERSION = '2011-06-15'

/** Serves STS over HTTP. */
export async function serveSts(sts: Sts): Promise<ServedSts> {
  let calls = 0
  const server = queryServer({
    version: VERSION,
    namespace: `https://sts.amazonaws.com/doc/${VERSION}/`,
    async answer({ action, parameters }) {
      calls++
      const fault = served.onCall?.(calls)
      if (fault !== undefined) throw FAULTS[fault]()
      if (action === 'AssumeRoleWithWebIdentity') return sts.assumeRoleWithWebIdentity(parameters)
      throw senderError('InvalidAction', `The action ${action} is not valid for this web service`)
    },
  })
  const served: ServedSts = {
    url: await listen(server, { host: '127.0.0.1', port: 0 }),
    onCall: undefined,
    calls: () => calls,
    close: () => close(server),
  }
  return served
}

const FAULTS: Readonly<Record<StsFault, () => AwsError>> = {
  deny: denied,
  throttle: () => senderError('Throttling', 'Rate exceeded'),
  error: () =>
    new AwsError({
      code: 'ServiceUnavailable',
      message: 'Service is unavailable',
      status: 503,
      type: 'Receiver',
    }),
  reset: connectionReset,
}
