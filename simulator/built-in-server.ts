import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { close, listen } from './listening.ts'

export interface BuiltInServer {
  readonly url: string
  close(): Promise<void>
}

/**
 * A server to have behind the load balancer: says who it is and which version it runs. `PUT /version` is its update,
 * `/health` its health check.
 */
export async function startBuiltInServer(options: {
  host: string
  port: number
  version: string
}): Promise<BuiltInServer> {
  let { version } = options
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'PUT' && request.url === '/version') version = (await text(request)).trim()
    const body = JSON.stringify({ server: options.host, version })
    response.writeHead(200, { 'content-type': 'application/json' }).end(`${body}\n`)
  }
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  const url = await listen(server, options)
  return { url, close: () => close(server) }
}
