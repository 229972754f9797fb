import { type Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'

const GIVE_UP_MS = 10_000

/** What came instead of a whole and good answer, and from which version, if one answered. */
export class BadAnswer extends Error {
  readonly version: string | undefined

  constructor(what: string, version?: string) {
    super(what)
    this.version = version
  }
}

/** One request; answers the version that served it, or throws a BadAnswer. */
export async function exchange(url: URL, agent: Agent | false): Promise<string> {
  const response = await answerTo(url, agent)
  const { 'x-server': server, 'x-version': encoded } = response.headers
  const version = encoded === undefined ? undefined : decodeURIComponent(String(encoded))
  const by = encoded === undefined ? '' : ` from ${encoded}`
  const body = await text(response).catch((error: NodeJS.ErrnoException) => {
    throw new BadAnswer(`cut short${by}: ${error.code ?? error.message}`, version)
  })
  const { statusCode = 0 } = response
  if (statusCode < 200 || statusCode > 299) throw new BadAnswer(`status ${statusCode}${by}`, version)
  if (version === undefined || body !== `${server} ${encoded} ${url.searchParams.get('ms')}\n`) {
    throw new BadAnswer(`short body${by}`, version)
  }
  return version
}

function answerTo(url: URL, agent: Agent | false): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, signal: AbortSignal.timeout(GIVE_UP_MS) }, resolve)
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      reject(new BadAnswer(`no answer: ${error.code ?? error.message}`)),
    )
    outgoing.end()
  })
}
