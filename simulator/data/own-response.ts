import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { FixedResponseConfig, RedirectConfig } from '../account/action.ts'
import { hostName, target } from './match.ts'

export type ErrorStatus = 502 | 503 | 504

const TITLES: Record<ErrorStatus, string> = {
  502: '502 Bad Gateway',
  503: '503 Service Temporarily Unavailable',
  504: '504 Gateway Time-out',
}

/** An error page of the load balancer's own, which its Server header tells from a target's. */
export function sendErrorPage(response: ServerResponse, status: ErrorStatus): void {
  const title = TITLES[status]
  const body =
    `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n` +
    `<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`
  send(response, { status, body, headers: { 'Content-Type': 'text/html' } })
}

export function sendFixedResponse(response: ServerResponse, config: FixedResponseConfig | undefined): void {
  const body = config?.MessageBody ?? ''
  send(response, {
    status: Number(config?.StatusCode ?? 200),
    body,
    headers: { 'Content-Type': config?.ContentType ?? 'text/plain' },
  })
}

/** Parts that are not given stay as they were, and `#{path}` and the like stand for them (RedirectActionConfig). */
export function sendRedirect(request: IncomingMessage, response: ServerResponse, to: Redirection): void {
  const { config, listenerPort } = to
  const { pathname, query } = target(request)
  const parts: Record<string, string> = {
    protocol: 'http',
    host: hostName(request),
    port: String(listenerPort),
    path: pathname.slice(1),
    query,
  }
  const filled = (text: string): string => text.replace(/#\{(\w+)\}/g, (whole, name) => parts[name] ?? whole)
  const protocol = filled(config?.Protocol ?? '#{protocol}').toLowerCase()
  const place = filled(
    `${config?.Host ?? '#{host}'}:${config?.Port ?? '#{port}'}${config?.Path ?? '/#{path}'}`,
  )
  const search = filled(config?.Query ?? '#{query}')
  const location = `${protocol}://${place}${search ? `?${search}` : ''}`
  send(response, {
    status: config?.StatusCode === 'HTTP_301' ? 301 : 302,
    body: '',
    headers: { Location: location },
  })
}

export interface Redirection {
  readonly config: RedirectConfig | undefined
  readonly listenerPort: number
}

function send(
  response: ServerResponse,
  page: { status: number; body: string; headers: Record<string, string> },
): void {
  const length = Buffer.byteLength(page.body)
  const headers = {
    Server: 'awselb/2.0',
    Date: new Date().toUTCString(),
    ...page.headers,
    'Content-Length': length,
  }
  response.writeHead(page.status, STATUS_CODES[page.status] ?? '', headers)
  response.end(page.body)
}
