import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { close, listen } from '../simulator/listening.ts'
import type { DemoServer } from './server.ts'

/** Where an update command, another process, asks to update a server of any fleet. */
export class Control {
  /** `PUT <url>/<id>` with the version as its body updates a server; `GET` asks it what a request would get. */
  url = ''
  readonly #servers = new Map<string, DemoServer>()
  readonly #http: Server

  private constructor() {
    this.#http = createServer((request, response) => {
      void this.#obey(request, response)
    })
  }

  static async open(): Promise<Control> {
    const control = new Control()
    control.url = await listen(control.#http, { host: '127.0.0.1', port: 0 })
    return control
  }

  add(servers: readonly DemoServer[]): void {
    for (const server of servers) this.#servers.set(server.id, server)
  }

  addressOf(id: string): { host: string; port: number } {
    const { host, port } = this.#server(id)
    return { host, port }
  }

  close(): Promise<void> {
    return close(this.#http)
  }

  #server(id: string): DemoServer {
    const found = this.#servers.get(id)
    if (found === undefined) throw new Error(`there is no server ${id}`)
    return found
  }

  async #obey(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    try {
      const server = this.#server(decodeURIComponent((request.url ?? '/').slice(1)))
      if (request.method === 'GET') await ask(server, response)
      else await update(server, { version: body, response })
    } catch (error) {
      response.writeHead(500).end(`${error}\n`)
    }
  }
}

/** Directly, and not through the load balancer. */
async function ask({ host, port }: DemoServer, response: ServerResponse): Promise<void> {
  const answer = await fetch(`http://${host}:${port}/`)
  response.writeHead(answer.status).end(await answer.text())
}

async function update(
  server: DemoServer,
  { version, response }: { version: string; response: ServerResponse },
): Promise<void> {
  const updated = await server.update(version)
  if (updated) response.writeHead(200).end(`${server.id} is up again and runs ${version}\n`)
  else response.writeHead(500).end(`${server.id} did not come up with ${version}: it is broken\n`)
}
