import type { Event } from './events.ts'
import type { Progress } from './progress.ts'
import type { Share } from './traffic.ts'
import { WHOLE } from './traffic.ts'

/** Blue-green: who carries the traffic, as far as it is known. */
export interface TrafficReport {
  /** Names of the target groups. */
  readonly blue: string
  readonly green: string
  /** Green's, as it was seen last. */
  readonly share: Share
  /** Green's, when the run began; absent: somebody had died in the middle of changing it. */
  readonly shareBefore?: Share
  /** False while a change is under way, or when one was cut short. */
  readonly isSure: boolean
  /** Name of the group that carries the traffic, or most of it. */
  readonly live: string
  readonly routes: number
  /** Of the routes, as people know them: `HTTPS:443 rule 10`. */
  readonly routeNames: readonly string[]
}

export function trafficOf(
  events: readonly Event[],
  progress: Progress,
): { readonly traffic?: TrafficReport } {
  const found = events.findLast((event) => event.type === 'routes-found')
  if (found === undefined) return {}
  const { blue, green, routes } = found
  const share = events.findLast((event) => event.type === 'shifted')?.share ?? found.share ?? 0
  return {
    traffic: {
      blue,
      green,
      share,
      ...(found.share === undefined ? {} : { shareBefore: found.share }),
      isSure: isSure(progress, found.share),
      live: share === WHOLE ? green : blue,
      routes: routes.length,
      routeNames: routes.map(({ name }) => name),
    },
  }
}

function isSure({ traffic, drift }: Progress, share: Share | undefined): boolean {
  if (traffic === undefined) return share !== undefined
  return traffic.possible.length === 1 && drift === undefined
}
