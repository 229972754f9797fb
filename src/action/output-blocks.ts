import type { Event } from '../domain/events.ts'

type Output = Extract<Event, { readonly type: 'update-output' }>

/** What a server prints is held back until it is so much, or so old, or its update has ended. */
const BLOCK = { lines: 100, characters: 16_000, ms: 10_000 }
/** Of one update. A log that nobody can open helps nobody. */
const MOST = { lines: 1_000, characters: 200_000 }

/**
 * Brings the output of many updates at once into an order that can be read: each server's lines follow each other in
 * blocks, and a flood is cut. While only one update runs its lines are shown as they come.
 */
export class OutputBlocks {
  readonly #updates = new Map<string, Update>()
  #dueAt = Number.POSITIVE_INFINITY

  /** When something held back is to be shown at the latest, by a call of `due`. Milliseconds since the epoch. */
  get dueAt(): number {
    return this.#dueAt
  }

  /** What is to be shown now that this has happened. */
  take(event: Event): Event[] {
    const due = this.due(event.at)
    switch (event.type) {
      case 'update-started':
        this.#updates.set(event.server, new Update())
        return [...due, event]
      case 'update-output':
        return [...due, ...this.#output(event)]
      case 'update-succeeded':
      case 'update-failed':
        return [...due, ...this.#end(event.server, event.at), event]
      default:
        return [...due, event]
    }
  }

  /** What has been held back for long enough. */
  due(now: number): Event[] {
    if (now < this.#dueAt) return []
    const updates = [...this.#updates.values()]
    const released = updates.filter(({ dueAt }) => now >= dueAt).flatMap((update) => update.release())
    this.#dueAt = Math.min(...updates.map(({ dueAt }) => dueAt), Number.POSITIVE_INFINITY)
    return released
  }

  /** All that is held back. */
  rest(): Event[] {
    this.#dueAt = Number.POSITIVE_INFINITY
    return [...this.#updates.values()].flatMap((update) => update.release())
  }

  #output(event: Output): Event[] {
    const update = this.#updates.get(event.server)
    if (update === undefined) return [event]
    update.hold(event)
    if (this.#updates.size === 1 || update.isFull) return update.release()
    this.#dueAt = Math.min(this.#dueAt, update.dueAt)
    return []
  }

  #end(server: string, at: number): Event[] {
    const update = this.#updates.get(server)
    if (update === undefined) return []
    this.#updates.delete(server)
    const held = update.release()
    if (update.leftOut === 0) return held
    const line = `… ${update.leftOut} more lines of this update are left out`
    return [...held, { type: 'update-output', server, line, at }]
  }
}

class Update {
  leftOut = 0
  dueAt = Number.POSITIVE_INFINITY
  readonly #left = { ...MOST }
  #held: Output[] = []
  #heldCharacters = 0

  get isFull(): boolean {
    return this.#held.length >= BLOCK.lines || this.#heldCharacters >= BLOCK.characters
  }

  hold(event: Output): void {
    if (this.leftOut > 0 || this.#left.lines === 0 || this.#left.characters < event.line.length) {
      this.leftOut++
      return
    }
    this.#left.lines--
    this.#left.characters -= event.line.length
    if (this.#held.length === 0) this.dueAt = event.at + BLOCK.ms
    this.#held.push(event)
    this.#heldCharacters += event.line.length
  }

  release(): Output[] {
    const held = this.#held
    this.#held = []
    this.#heldCharacters = 0
    this.dueAt = Number.POSITIVE_INFINITY
    return held
  }
}
