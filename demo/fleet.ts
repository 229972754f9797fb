import { Control } from './control.ts'
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

/** What a fleet has of the others of its stage. */
interface Place {
  readonly name: GroupName
  readonly control: Control
}

/** Ids are as EC2 gives them, of hexadecimal digits, so these are as near to the name of the group as they come. */
const ID_BEGINS = { web: 'i-0eb', blue: 'i-b1e', green: 'i-9ee' } as const
const ID_DIGITS = 5

export type GroupName = keyof typeof ID_BEGINS

/** Of the servers of a group, which are numbered from 1: `i-b1e00001`. */
export const serverId = (group: GroupName, number: number): string =>
  `${ID_BEGINS[group]}${String(number).padStart(ID_DIGITS, '0')}`

const DOWN_MS = 300
/** Addresses of the loopback network, one for each server. Each fleet of a process has a part of its own. */
const FIRST_HOST = 11
let fleets = 0

/** Servers with an address each, and an endpoint at which an update command, another process, asks to update one. */
export class Fleet {
  readonly servers: readonly DemoServer[]
  readonly #control: Control

  private constructor(options: FleetOptions, { name, control }: Place) {
    const network = `127.${10 + (process.pid % 200)}.${fleets++ % 250}`
    const bad = options.badVersions ?? []
    this.#control = control
    this.servers = Array.from(
      { length: options.servers },
      (_, index) =>
        new DemoServer({
          id: serverId(name, index + 1),
          host: `${network}.${FIRST_HOST + index}`,
          version: options.version,
          downMs: options.downMs ?? DOWN_MS,
          faultOf: (id, version) => faultIn(bad, id, version),
        }),
    )
  }

  /** Without another fleet to share an endpoint with it has one of its own. */
  static async start(options: FleetOptions, place?: Place): Promise<Fleet> {
    const { name, control } = place ?? { name: 'web', control: await Control.open() }
    const fleet = new Fleet(options, { name, control })
    control.add(fleet.servers)
    await Promise.all(fleet.servers.map((server) => server.start()))
    return fleet
  }

  /** See Control. */
  get controlUrl(): string {
    return this.#control.url
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
    await Promise.all([this.#control.close(), ...this.servers.map((server) => server.stop())])
  }
}

function faultIn(bad: readonly BadVersion[], id: string, version: string): Fault | undefined {
  return bad.find((each) => each.version === version && (each.servers?.includes(id) ?? true))?.fault
}
