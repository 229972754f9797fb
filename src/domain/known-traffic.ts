import type { Course } from './outcome.ts'
import { shareAtFirst, shiftToGoOnWith } from './pair.ts'
import type { Share } from './traffic.ts'

/** Who carries the traffic at the end of a run, as far as anybody knows. Shares are green's. */
export type KnownTraffic =
  | { readonly kind: 'sure'; readonly share: Share }
  /** Some routes may have the one, others the other. */
  | { readonly kind: 'between'; readonly from: Share; readonly to: Share }
  /** Somebody died in the middle, or somebody else has changed the routes. */
  | { readonly kind: 'unknown'; readonly why: string }

export function knownTraffic({ progress, settings, snapshot }: Course): KnownTraffic {
  const { traffic, drift } = progress
  if (drift !== undefined) return { kind: 'unknown', why: `somebody else has changed the routes (${drift})` }
  const first = shareAtFirst(settings, snapshot)
  const possible = traffic?.possible ?? (first === undefined ? [] : [first])
  const [share, ...others] = possible.toSorted((a, b) => a - b)
  if (share === undefined) return { kind: 'unknown', why: 'an earlier run has died in the middle of a shift' }
  const most = others.at(-1)
  return most === undefined ? { kind: 'sure', share } : { kind: 'between', from: share, to: most }
}

/** Green's share where this process began. */
export const baseOf = ({ settings, snapshot }: Course): Share =>
  settings.mode === 'rollback' ? 0 : (shiftToGoOnWith(settings, snapshot)?.base ?? 0)
