import { type Suspension, together } from '../domain/auto-scaling.ts'
import type { Server } from '../domain/fleet.ts'
import type { AutoScalingRecord, OutList, Shift } from '../domain/journal.ts'
import { unfinishedIn } from '../domain/journal.ts'

/** What a list says beside what is counted here. */
type About = Omit<OutList, 'sequence' | 'servers' | 'inDoubt' | 'autoScaling'>

/**
 * The servers that are out, or may be, the processes that are suspended, and the list that says so; each list has a higher
 * number than the one before.
 */
export class Outstanding {
  readonly #targetGroupArns: readonly string[]
  readonly #servers = new Map<string, Server>()
  #inDoubt: ReadonlySet<string> = new Set()
  /** Of the servers here, and of others. */
  #members = new Set<string>()
  #suspended: readonly Suspension[] = []
  #list: OutList | undefined
  /** One that was found and is not unfinished: a hold, or how to undo a shift. */
  #kept: OutList | undefined
  #sequence = 0

  /** ARNs of the target groups on which it is written. */
  constructor(targetGroupArns: readonly string[]) {
    this.#targetGroupArns = targetGroupArns
  }

  /** As it is written now; absent when nothing is out or suspended. */
  get list(): OutList | undefined {
    return this.#list
  }

  /** To be resumed. */
  get suspended(): readonly Suspension[] {
    return this.#suspended
  }

  /** Goes on from a list that somebody has left; of one that is not unfinished only its number, and what is suspended. */
  restore(found: OutList | undefined): void {
    const list = unfinishedIn(found === undefined ? {} : { out: found })
    this.#list = list
    this.#kept = list === undefined ? found : undefined
    this.#sequence = found?.sequence ?? 0
    this.#inDoubt = new Set(list?.inDoubt)
    this.#suspended = found?.autoScaling?.suspended ?? []
    this.#members = new Set(found?.autoScaling?.members)
    this.#servers.clear()
    for (const server of list?.servers ?? []) this.#servers.set(server.id, server)
  }

  /** These belong to groups of Auto Scaling: lists that name them say so. */
  know(members: Iterable<string>): void {
    for (const id of members) this.#members.add(id)
  }

  /** These leave too: never fewer than before. */
  add(servers: readonly Server[], about: About): OutList {
    for (const server of servers) this.#servers.set(server.id, server)
    return this.#write(this.#withMarks(about))
  }

  /** These are suspended too. */
  suspend(suspended: readonly Suspension[], about: About): OutList {
    this.#suspended = together(this.#suspended, suspended)
    return this.#write(this.#withMarks(about))
  }

  /** Nothing is suspended any more. The list that is left, if any. */
  resume(): OutList | undefined {
    this.#suspended = []
    if (this.#list?.shift !== undefined || (this.#list !== undefined && this.#servers.size > 0))
      return this.#write(this.#list)
    this.#list = undefined
    if (this.#kept === undefined) return undefined
    const { autoScaling: _, ...kept } = this.#kept
    this.#kept = { ...kept, sequence: ++this.#sequence }
    return this.#kept
  }

  /** Nothing has begun after all, and nothing is suspended. The list that was there before, if any. */
  retract(): OutList | undefined {
    if (this.#list !== undefined) {
      const { shift: _, ...about } = this.#list
      this.#list = about
    }
    return this.resume()
  }

  /** Those for which it holds are in again; answers whether there were any. */
  drop(isIn: (id: string) => boolean): boolean {
    const back = [...this.#servers.keys()].filter(isIn)
    for (const id of back) this.#servers.delete(id)
    return back.length > 0
  }

  /** The list of what is left, or none; `inDoubt`: which servers must not go back in as they are, as of now. */
  renew(inDoubt?: readonly string[]): OutList | undefined {
    if (inDoubt !== undefined) this.#inDoubt = new Set(inDoubt)
    if (this.#list === undefined) return undefined
    if (this.#servers.size > 0) return this.#write(this.#list)
    if (this.#suspended.length > 0) {
      const { shift: _, ...about } = this.#list
      return this.#write(about)
    }
    this.#list = undefined
    return undefined
  }

  /** What is left of a shift once the process that made it has ended. */
  settle(shift: Shift): OutList | undefined {
    if (this.#list === undefined) return undefined
    const { remoteUpdates: _, ...about } = this.#list
    return this.#write({ ...about, shift })
  }

  /** Whose updates may still run: also those of who was here before. */
  #withMarks(about: About): About {
    const { remoteUpdates = [] } = about
    const marks = [...new Set([...(this.#list?.remoteUpdates ?? []), ...remoteUpdates])]
    return { ...about, ...(marks.length === 0 ? {} : { remoteUpdates: marks }) }
  }

  #write({ inDoubt: _, autoScaling: __, remoteUpdates, ...about }: About & Partial<OutList>): OutList {
    // A server goes back in when its update has ended: where nothing is out, none runs.
    const isQuiet = this.#servers.size === 0 && about.shift === undefined
    const ids = [...this.#servers.keys()]
    const doubtful = ids.filter((id) => this.#inDoubt.has(id))
    this.#list = {
      ...about,
      sequence: ++this.#sequence,
      servers: [...this.#servers.values()],
      ...(doubtful.length === 0 ? {} : { inDoubt: doubtful }),
      ...(remoteUpdates === undefined || isQuiet ? {} : { remoteUpdates }),
      ...this.#autoScaling(ids, about.shift),
    }
    return this.#list
  }

  #autoScaling(ids: readonly string[], shift: Shift | undefined): { autoScaling?: AutoScalingRecord } {
    const members = ids.filter((id) => this.#members.has(id))
    if (this.#suspended.length === 0 && members.length === 0) return {}
    const isToldElsewhere = ids.length > 0 || shift !== undefined
    const groups = isToldElsewhere ? {} : { targetGroupArns: this.#targetGroupArns }
    return { autoScaling: { suspended: this.#suspended, members, ...groups } }
  }
}
