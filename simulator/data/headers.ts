import type { IncomingMessage } from 'node:http'

/** Headers of one connection, which are not passed on (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
])
const FORWARDED = new Set(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-port'])

/** The request's headers for the target: as they came, and X-Forwarded-* (HTTP headers and load balancers). */
export function headersToTarget(request: IncomingMessage, listenerPort: number): string[] {
  const before = request.headers['x-forwarded-for']
  const client = request.socket.remoteAddress ?? ''
  return [
    ...endToEnd(request.rawHeaders).filter((_, index, all) => !FORWARDED.has(nameAt(all, index))),
    'X-Forwarded-For',
    before ? `${before}, ${client}` : client,
    'X-Forwarded-Proto',
    'http',
    'X-Forwarded-Port',
    String(listenerPort),
  ]
}

/** Raw headers, names and values in turn, without those of the connection; a chunked body is chunked anew. */
export function endToEnd(rawHeaders: readonly string[]): string[] {
  return rawHeaders.filter((_, index) => !HOP_BY_HOP.has(nameAt(rawHeaders, index)))
}

function nameAt(rawHeaders: readonly string[], index: number): string {
  return (rawHeaders[index - (index % 2)] ?? '').toLowerCase()
}
