import type { Server } from '../domain/fleet.ts'
import type { OutList, Shift } from '../domain/journal.ts'
import { unfinishedIn } from '../domain/journal.ts'

/** The servers that are out, or may be, and the list that says so; each list has a higher number than the one before. */
export class Outstanding {
  readonly #servers = new Map<string, Server>()
  #inDoubt: ReadonlySet<string> = new Set()
  #list: OutList | undefined
  #sequence = 0

  /** As it is written now; absent when nothing is out. */
  get list(): OutList | undefined {
    return this.#list
  }

  /** Goes on from a list that somebody has left; one that is not unfinished is only followed in its number. */
  restore(found: OutList | undefined): void {
    const list = unfinishedIn(found === undefined ? {} : { out: found })
    this.#list = list
    this.#sequence = found?.sequence ?? 0
    this.#inDoubt = new Set(list?.inDoubt)
    this.#servers.clear()
    for (const server of list?.servers ?? []) this.#servers.set(server.id, server)
  }

  /** These leave too: never fewer than before. */
  add(servers: readonly Server[], about: Omit<OutList, 'sequence' | 'servers' | 'inDoubt'>): OutList {
    for (const server of servers) this.#servers.set(server.id, server)
    const { remoteUpdates = [] } = about
    const marks = [...new Set([...(this.#list?.remoteUpdates ?? []), ...remoteUpdates])]
    return this.#write({ ...about, ...(marks.length === 0 ? {} : { remoteUpdates: marks }) })
  }

  /** Those for which it holds are in again; answers whether there were any. */
  drop(isIn: (id: string) => boolean): boolean {
    const back = [...this.#servers.keys()].filter(isIn)
    for (const id of back) this.#servers.delete(id)
    return back.length > 0
  }

  /** The list of those that are left, or none; `inDoubt`: which of them must not go back in as they are, as of now. */
  renew(inDoubt?: readonly string[]): OutList | undefined {
    if (inDoubt !== undefined) this.#inDoubt = new Set(inDoubt)
    if (this.#list === undefined) return undefined
    if (this.#servers.size > 0) return this.#write(this.#list)
    this.#list = undefined
    return undefined
  }

  /** What is left of a shift once the process that made it has ended. */
  settle(shift: Shift): OutList | undefined {
    if (this.#list === undefined) return undefined
    const { remoteUpdates: _, ...about } = this.#list
    return this.#write({ ...about, shift })
  }

  #write({ inDoubt: _, ...about }: Omit<OutList, 'sequence' | 'servers'>): OutList {
    const doubtful = [...this.#servers.keys()].filter((id) => this.#inDoubt.has(id))
    this.#list = {
      ...about,
      sequence: ++this.#sequence,
      servers: [...this.#servers.values()],
      ...(doubtful.length === 0 ? {} : { inDoubt: doubtful }),
    }
    return this.#list
  }
}
