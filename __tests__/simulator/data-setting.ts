import { createServer, type IncomingMessage, type RequestListener, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type DataOptions, type ServedData, serveData } from '../../simulator/data/serve.ts'
import type { SimulatorOptions } from '../../simulator/options.ts'
import { Setting } from './setting.ts'

export interface Answer {
  readonly status: number
  readonly body: string
  readonly headers: IncomingMessage['headers']
}

/** A listener of a Setting, with a real server for each of its targets; each answers its id. */
export class DataSetting extends Setting {
  readonly #servers = new Map<string, Server>()
  readonly #handlers = new Map<string, RequestListener>()
  #data: ServedData | undefined

  static async open(
    options: Partial<SimulatorOptions> = {},
    data: Partial<DataOptions> = {},
    group: ConstructorParameters<typeof Setting>[1] = {},
  ): Promise<DataSetting> {
    const setting = new DataSetting(options, group)
    for (const id of ['i-1', 'i-2', 'i-3', 'i-8', 'i-9']) await setting.#startServer(id)
    setting.#data = await serveData(setting.simulator, {
      loadBalancerArn: setting.loadBalancerArn,
      listenerArn: setting.listenerArn,
      resolve: ({ Id }) => ({ host: '127.0.0.1', port: setting.#portOf(Id) }),
      ...data,
    })
    return setting
  }

  get data(): ServedData {
    if (!this.#data) throw new Error('The listener is not open')
    return this.#data
  }

  /** How the server of a target answers from now on. */
  on(id: string, handler: RequestListener): void {
    this.#handlers.set(id, handler)
  }

  async stop(id: string): Promise<void> {
    const server = this.#servers.get(id)
    await new Promise((resolve) => {
      server?.close(resolve)
      server?.closeAllConnections()
    })
  }

  get(path = '/', headers: Record<string, string> = {}): Promise<Answer> {
    return this.send({ path, headers })
  }

  send(options: {
    path?: string
    method?: string
    headers?: Record<string, string>
    body?: string
  }): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { body, ...rest } = options
      const outgoing = request(this.data.url, { agent: false, ...rest }, (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            body: Buffer.concat(chunks).toString(),
            headers: incoming.headers,
          }),
        )
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }

  /** Who answered how many of `count` requests: by body, or by status when it is not 200. */
  async spread(count: number, path = '/'): Promise<Record<string, number>> {
    const counts: Record<string, number> = {}
    for (let sent = 0; sent < count; sent += 10) {
      const answers = await Promise.all(
        Array.from({ length: Math.min(10, count - sent) }, () => this.get(path)),
      )
      for (const { status, body } of answers) {
        const who = status === 200 ? body : String(status)
        counts[who] = (counts[who] ?? 0) + 1
      }
    }
    return counts
  }

  async close(): Promise<void> {
    await this.#data?.close()
    for (const id of this.#servers.keys()) await this.stop(id)
  }

  async #startServer(id: string): Promise<void> {
    const server = createServer((incoming, response) => {
      const handler = this.#handlers.get(id)
      if (handler) handler(incoming, response)
      else response.end(id)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    this.#servers.set(id, server)
  }

  #portOf(id: string): number {
    const address = this.#servers.get(id)?.address() as AddressInfo | null
    // The port of a server that was stopped: nobody listens there.
    return address?.port ?? 1
  }
}
