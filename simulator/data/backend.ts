import { Agent } from 'node:http'
import type { Exchange } from './exchange.ts'

const FREE_CONNECTIONS = 256

/** The load balancer's connections to one target, and what is in flight on them. */
export class Backend {
  readonly agent = new Agent({ keepAlive: true, maxFreeSockets: FREE_CONNECTIONS })
  readonly exchanges = new Set<Exchange>()

  /** Closes connections that nothing is in flight on, now and from now on as soon as that is so. */
  closeIdle(): void {
    this.agent.keepSocketAlive = () => false
    for (const sockets of Object.values(this.agent.freeSockets)) {
      for (const socket of sockets ?? []) socket.destroy()
    }
  }

  /** Ends everything: the registration is gone. */
  cut(): void {
    for (const exchange of this.exchanges) exchange.cut()
    this.agent.destroy()
  }
}
