import type { Event, Happening } from './events.ts'
import type { Fleet } from './fleet.ts'
import type { Share } from './traffic.ts'

/** What one server has been through in this run. */
export interface ServerProgress {
  /**
   * `out`: we took it out, or may have. `returning`: we have asked for it to be registered again, but it may still be
   * draining, and reads lag behind writes: only a server that has stayed healthy is `in`.
   */
  readonly place: 'in' | 'out' | 'returning'
  /** An update of it has begun. */
  readonly touched: boolean
  /** What it runs; absent when an update began and did not succeed, or when it was never known. */
  readonly version?: string
  /** An update of it may still be running: it must not go back in. */
  readonly inDoubt: boolean
  /** So a rollout before has left it; a new update that is begun settles it. */
  readonly wasLeftInDoubt?: true
  /** In, but not healthy, as it was before the rollout. */
  readonly isUnhealthy?: true
  /** It is gone for good by somebody else's doing: there is nothing to put back or to update. */
  readonly vanished?: true
  /** The reason why it could not be taken to the version it should have. Forgotten when a later update begins. */
  readonly failure?: string
}

/** Where the traffic goes, as far as this run has had a hand in it. Shares are green's. */
export interface TrafficProgress {
  /** What was asked for last. */
  readonly wanted: Share
  /** What routes may have: one share when it was seen on all of them, none when it was never known. */
  readonly possible: readonly Share[]
  /** Whether it has ever been asked to be other than at first. */
  readonly hasMoved: boolean
}

/** Where every server stands, told by the events alone. */
export class Progress {
  readonly #servers = new Map<string, ServerProgress>()
  readonly #before: ServerProgress
  #traffic: Traffic | undefined
  #drift: string | undefined

  /** `before`: what all servers run, where it is known; `mixed`: a rollout that did not end has left different versions. */
  constructor(before: { readonly version?: string | undefined; readonly isMixed?: boolean } = {}) {
    const { version, isMixed = false } = before
    const known = isMixed || version === undefined ? {} : { version }
    this.#before = { place: 'in', touched: isMixed, inDoubt: false, ...known }
  }

  /** Undefined: nothing about it has been changed. */
  get traffic(): TrafficProgress | undefined {
    return this.#traffic?.isBegun === true ? this.#traffic : undefined
  }

  /** What somebody else has done to the routes, and nobody has put right since. */
  get drift(): string | undefined {
    return this.#drift
  }

  of(server: string): ServerProgress {
    return this.#servers.get(server) ?? this.#before
  }

  /** Servers of which the question holds, in the order in which they were first touched. */
  where(question: (progress: ServerProgress) => boolean): string[] {
    return [...this.#servers].filter(([, progress]) => question(progress)).map(([server]) => server)
  }

  note(event: Happening): void {
    this.#traffic = trafficAfter(event, this.#traffic)
    if (event.type === 'routes-drifted') this.#drift = event.drift
    if (event.type === 'shifted') this.#drift = undefined
    for (const server of serversOf(event)) {
      this.#servers.set(server, changed(this.of(server), event))
    }
  }
}

/** Told by all of these events, by a reader who knows nothing else. */
export function progressOf(events: readonly Event[]): Progress {
  const progress = new Progress()
  for (const event of events) progress.note(event)
  return progress
}

/** One that is gone counts no more, and those that have come in its place do. */
export const stillThere = ({ groups, servers }: Fleet, progress: Progress): Fleet => ({
  groups,
  servers: servers.filter(({ id }) => progress.of(id).vanished !== true),
})

type Traffic = TrafficProgress & { readonly isBegun: boolean }

const UNKNOWN: Traffic = { wanted: 0, possible: [], hasMoved: true, isBegun: false }

function trafficAfter(event: Happening, before: Traffic | undefined): Traffic | undefined {
  switch (event.type) {
    case 'routes-found':
      return event.share === undefined
        ? UNKNOWN
        : { wanted: event.share, possible: [event.share], hasMoved: false, isBegun: false }
    case 'shifting': {
      const { possible, hasMoved } = before ?? UNKNOWN
      const isNew = !possible.includes(event.share)
      return {
        wanted: event.share,
        possible: isNew && possible.length > 0 ? [...possible, event.share] : possible,
        hasMoved: hasMoved || isNew,
        isBegun: true,
      }
    }
    case 'shifted':
      return { ...(before ?? UNKNOWN), wanted: event.share, possible: [event.share], isBegun: true }
    default:
      return before
  }
}

function serversOf(event: Happening): readonly string[] {
  switch (event.type) {
    case 'unfinished-found':
    case 'left-in-doubt':
    case 'leaving':
    case 'returned':
    case 'still-out':
      return event.servers
    case 'in-service':
    case 'server-still-unhealthy':
    case 'update-started':
    case 'update-succeeded':
    case 'update-failed':
    case 'server-failed':
    case 'server-vanished':
      return [event.server]
    default:
      return []
  }
}

function changed(server: ServerProgress, event: Happening): ServerProgress {
  switch (event.type) {
    case 'left-in-doubt':
      return { ...server, place: 'out', inDoubt: true, wasLeftInDoubt: true }
    case 'unfinished-found':
    case 'leaving':
    case 'still-out':
      return { ...server, place: 'out' }
    case 'returned':
      return { ...server, place: 'returning' }
    case 'in-service': {
      const { isUnhealthy: _, ...rest } = server
      return { ...rest, place: 'in' }
    }
    case 'server-still-unhealthy':
      return { ...server, place: 'in', isUnhealthy: true }
    case 'update-started':
      return { place: server.place, touched: true, inDoubt: true }
    case 'update-succeeded':
      return { ...server, version: event.version, inDoubt: false }
    case 'update-failed':
      return { ...server, inDoubt: !event.ended || server.wasLeftInDoubt === true }
    case 'server-failed':
      return { ...server, failure: event.reason }
    case 'server-vanished':
      return { place: 'in', touched: false, inDoubt: false, vanished: true }
    default:
      return server
  }
}
