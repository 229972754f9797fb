import { estimateOf } from './estimate.ts'
import type { Happening } from './events.ts'
import type { Fleet, Snapshot } from './fleet.ts'
import type { Plan } from './plan.ts'
import { Progress } from './progress.ts'
import { nameOfGroup } from './routing.ts'
import type { Settings } from './settings.ts'
import type { Strategy } from './strategy.ts'
import { showShare, WHOLE } from './traffic.ts'
import { plural } from './wording.ts'

/** What is done when the way forward fails. */
export interface WayBack {
  /** One sentence, without its end. */
  readonly text: string
  /** At its longest, when somebody objects at the very end; with the updates, if their time is known. Absent: nothing is done. Milliseconds. */
  readonly ms?: number
  readonly knowsUpdates: boolean
}

interface Facts {
  readonly settings: Settings
  readonly snapshot: Snapshot
  readonly strategy: Strategy
  readonly plan: Plan
  readonly fleet: Fleet
  readonly updateMs?: (server: string) => number
}

export function wayBackOf(facts: Facts): WayBack {
  const { settings, snapshot, strategy, plan } = facts
  const way = strategy.afterFailure(settings, snapshot, worstProgress(facts))
  // By then the routes have other weights than now.
  const { routing: _, ...later } = snapshot
  const { phases, knowsUpdates } = estimateOf(way, { ...facts, snapshot: later })
  const ms = phases.reduce((sum, phase) => sum + phase.ms, 0)
  const text = plan.shift === undefined ? inPlaceText(way, facts) : shiftText(way, facts)
  return { text, knowsUpdates, ...(way.phases.length === 0 ? {} : { ms }) }
}

/** All has gone well, and then somebody objects. */
function worstProgress({ plan, settings }: Facts): Progress {
  const { previousVersion } = settings
  const progress = new Progress({ version: previousVersion })
  for (const { kind, servers } of plan.phases)
    if (kind === 'batch') for (const event of updated(servers, plan.version)) progress.note(event)
  const last = plan.phases.findLast(({ share }) => share !== undefined)
  if (plan.shift === undefined || last?.share === undefined) return progress
  const { base: share } = plan.shift
  progress.note({ type: 'routes-found', blue: '', green: '', routes: [], share })
  progress.note({ type: 'shifting', share: last.share })
  progress.note({ type: 'shifted', share: last.share, routes: 0 })
  return progress
}

const updated = (servers: readonly string[], version: string): Happening[] => [
  { type: 'leaving', servers },
  ...servers.flatMap((server): Happening[] => [
    { type: 'update-started', server, version },
    { type: 'update-succeeded', server, version },
    { type: 'in-service', server },
  ]),
]

const whyFrozen = ({ mode }: Settings): string =>
  mode === 'rollback' ? 'a rollback has nowhere to go back to' : 'on-failure is freeze'

function inPlaceText(way: Plan, { settings }: Facts): string {
  const { onFailure, previousVersion } = settings
  const isFrozen = onFailure === 'freeze' || previousVersion === undefined
  if (isFrozen) {
    return `it stops where it is (${whyFrozen(settings)}): good servers go back in, those that failed stay out and are named, and nothing is updated any more`
  }
  const largest = Math.max(0, ...way.phases.map(({ servers }) => servers.length))
  const count = new Set(way.phases.flatMap(({ servers }) => servers)).size
  return `the servers that were touched, and only those, go back to ${previousVersion} by the same steps and with the same floor; at worst all ${plural(count, 'server')}, ${largest} at a time`
}

function shiftText(way: Plan, { settings, plan }: Facts): string {
  if (plan.shift === undefined) return ''
  const { blue, routes, base } = plan.shift
  if (settings.onFailure === 'freeze')
    return `the weights stay where they are (${whyFrozen(settings)}), and a person decides`
  const [share] = way.phases.flatMap((phase) => (phase.share === undefined ? [] : [phase.share]))
  const to = share === undefined || share === 0 ? 'all traffic goes' : `${showShare(WHOLE - share)} goes`
  const held = base > 0 ? ', and what was held is left' : ''
  return `${to} back to ${nameOfGroup(blue)} on ${plural(routes.length, 'route')}${held}: weights first, then settle-time; the servers of both groups stay as they are`
}
