import type { Entries, Ledger, OutList } from './journal.ts'
import { heldIn, ledgerOf, unfinishedIn } from './journal.ts'

/** What a rollback is to do about the rollout that it names. */
export type Undo =
  | {
      readonly kind: 'undo'
      readonly rolloutId: string
      /** Absent: nothing is written that tells; it was in-place. */
      readonly strategy?: string
      /** Where to go; absent: nobody has written it down. */
      readonly to?: string
      readonly from?: string
    }
  /** It changed nothing, or has been undone. */
  | { readonly kind: 'nothing'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string }

/** `wanted` is a rollout id, or `latest`. Ids sort by time. */
export function whatToUndo(wanted: string, entries: Entries): Undo {
  const ledger = ledgerOf(entries)
  const attempted = latestAttempt(entries, ledger)
  if (attempted === undefined) {
    return {
      kind: 'refused',
      why: 'nothing is written on the target groups about any rollout: deploy the version that you want instead',
    }
  }
  const id = wanted === 'latest' ? attempted : wanted
  if (id === attempted) return undoLatest(id, entries, ledger)
  if (id > attempted) return { kind: 'nothing', why: `rollout ${id} changed nothing` }
  return {
    kind: 'refused',
    why: `rollout ${id} has been superseded by ${attempted}: undoing it would undo that one; roll that one back, or deploy the version that you want`,
  }
}

/** What is open comes first. Else the newest: one that has only claimed has changed nothing, and yet it was the last. */
function latestAttempt(entries: Entries, ledger: Ledger): string | undefined {
  const open = unfinishedIn(entries) ?? heldIn(entries)
  if (open !== undefined) return open.rolloutId
  const owners = entries.owners.map(({ rolloutId }) => rolloutId)
  const ids = [entries.out?.rolloutId, ledger.last?.rolloutId, ...owners]
  return ids
    .filter((id) => id !== undefined)
    .sort()
    .at(-1)
}

const UNCHANGED = new Set(['rolled-back', 'refused', 'planned'])

function undoLatest(id: string, { out }: Entries, ledger: Ledger): Undo {
  const ended = ledger.last?.rolloutId === id ? ledger.last.outcome : undefined
  if (ended !== undefined && UNCHANGED.has(ended)) {
    return { kind: 'nothing', why: `rollout ${id} ended as ${ended}` }
  }
  const written = out?.rolloutId === id ? out : undefined
  // It is written as the last that was tried before it touches anything.
  if (written === undefined && ledger.last?.rolloutId !== id && ledger.rolloutId !== id) {
    return { kind: 'nothing', why: `rollout ${id} changed nothing` }
  }
  // What the groups hold is known, and another one has brought it; of a pair nothing but the weights is undone.
  const isKnown = ledger.holds !== undefined && ledger.rolloutId !== id
  if (written === undefined && (isKnown || ledger.partner !== undefined)) {
    return { kind: 'nothing', why: `rollout ${id} has left nothing that could be undone` }
  }
  const strategy = written === undefined ? {} : { strategy: written.strategy }
  return { kind: 'undo', rolloutId: id, ...strategy, ...versionsOf(written, ledger) }
}

function versionsOf(out: OutList | undefined, ledger: Ledger): { to?: string; from?: string } {
  const isOnItsWayBack = out?.direction === 'rollback'
  const to = (isOnItsWayBack ? out.version : out?.previousVersion) ?? ledger.before
  const from = (isOnItsWayBack ? out.previousVersion : out?.version) ?? ledger.holds
  return { ...(to === undefined ? {} : { to }), ...(from === undefined ? {} : { from }) }
}
