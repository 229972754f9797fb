import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import type { Clock } from '../domain/ports.ts'

export interface Get {
  readonly url: URL
  /** For all of the answer. */
  readonly timeoutMs: number
  readonly clock: Clock
  readonly signal: AbortSignal
}

export interface Answer {
  readonly status: number
  /** Its first MiB. */
  readonly body: string
}

const MOST_BYTES = 1_048_576

/**
 * One GET over a connection of its own: a pooled one would ask yesterday's server. Follows no redirect. Rejects when
 * there is no complete answer in time, or with the signal's reason.
 */
export async function getOnce({ url, timeoutMs, clock, signal }: Get): Promise<Answer> {
  signal.throwIfAborted()
  const over = new AbortController()
  const late = new AbortController()
  clock.sleep(timeoutMs, over.signal).then(
    () => late.abort(new Error(`not complete within ${timeoutMs / 1_000} s`)),
    () => {},
  )
  const stop = AbortSignal.any([signal, late.signal])
  try {
    return await request(url, stop)
  } catch (error) {
    stop.throwIfAborted()
    throw error
  } finally {
    over.abort()
  }
}

async function request(url: URL, signal: AbortSignal): Promise<Answer> {
  const { get } = url.protocol === 'https:' ? https : http
  const sent = get(url, {
    agent: false,
    signal,
    headers: { 'User-Agent': 'elb-rollout-smoke', Accept: '*/*' },
  })
  // `once` listens until the response; what breaks later reaches us through the response.
  sent.on('error', () => {})
  try {
    const [response] = (await once(sent, 'response')) as [http.IncomingMessage]
    return { status: response.statusCode ?? 0, body: await readBody(response) }
  } finally {
    sent.destroy()
  }
}

async function readBody(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes >= MOST_BYTES) break
  }
  return Buffer.concat(chunks).subarray(0, MOST_BYTES).toString('utf8')
}
