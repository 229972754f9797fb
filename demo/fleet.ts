import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { close, listen } from '../simulator/listening.ts'
import { DemoServer, type Fault } from './server.ts'

/** A version that is bad, on all servers or only on some. */
export interface BadVersion {
  readonly version: string
  readonly fault: Fault
  readonly servers?: readonly string[]
}

export interface FleetOptions {
  readonly servers: number
  readonly version: string
  readonly badVersions?: readonly BadVersion[]
  readonly downMs?: number
}

const DOWN_MS = 300
/** Addresses of the loopback network, one for each server. Each fleet of a process has a part of its own. */
const FIRST_HOST = 11
let fleets = 0

/** Servers with an address each, and an endpoint at which an update command, another process, asks to update one. */
export class Fleet {
  readonly servers: readonly DemoServer[]
  readonly #control: Server
  #controlUrl = ''

  private constructor(options: FleetOptions) {
    const network = `127.${10 + (process.pid % 200)}.${fleets++ % 250}`
    const bad = options.badVersions ?? []
    this.servers = Array.from(
      { length: options.servers },
      (_, index) =>
        new DemoServer({
          id: `i-web-${index + 1}`,
          host: `${network}.${FIRST_HOST + index}`,
          version: options.version,
          downMs: options.downMs ?? DOWN_MS,
          faultOf: (id, version) => faultIn(bad, id, version),
        }),
    )
    this.#control = createServer((request, response) => {
      void this.#obey(request, response)
    })
  }

  static async start(options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(options)
    await Promise.all(fleet.servers.map((server) => server.start()))
    fleet.#controlUrl = await listen(fleet.#control, { host: '127.0.0.1', port: 0 })
    return fleet
  }

  /** `PUT <controlUrl>/<id>` with the version as its body updates a server; `GET` asks it what a request would get. */
  get controlUrl(): string {
    return this.#controlUrl
  }

  server(id: string): DemoServer {
    const found = this.servers.find((server) => server.id === id)
    if (found === undefined) throw new Error(`there is no server ${id}`)
    return found
  }

  addressOf(id: string): { host: string; port: number } {
    const { host, port } = this.server(id)
    return { host, port }
  }

  versions(): Record<string, string> {
    return Object.fromEntries(this.servers.map((server) => [server.id, server.version]))
  }

  async stop(): Promise<void> {
    await Promise.all([close(this.#control), ...this.servers.map((server) => server.stop())])
  }

  async #obey(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const version = await text(request)
    try {
      const server = this.server(decodeURIComponent((request.url ?? '/').slice(1)))
      if (request.method === 'GET') {
        const answer = await fetch(`http://${server.host}:${server.port}/`)
        response.writeHead(answer.status).end(await answer.text())
        return
      }
      const updated = await server.update(version)
      if (updated) response.writeHead(200).end(`${server.id} is up again and runs ${version}\n`)
      else response.writeHead(500).end(`${server.id} did not come up with ${version}: it is broken\n`)
    } catch (error) {
      response.writeHead(500).end(`${error}\n`)
    }
  }
}

function faultIn(bad: readonly BadVersion[], id: string, version: string): Fault | undefined {
  return bad.find((each) => each.version === version && (each.servers?.includes(id) ?? true))?.fault
}
