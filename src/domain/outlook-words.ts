import type { Cause, Estimate, Part } from './estimate.ts'
import type { LowestHealthy } from './lowest-healthy.ts'
import type { Chapter, Outlook } from './outlook.ts'
import { PHASE_NAMES } from './phase-names.ts'
import type { PhaseKind } from './plan.ts'
import { showShare } from './traffic.ts'
import { capitalised, duration, plural } from './wording.ts'

/** How an outlook reads, in the log and in the summary. Names from outside are among the words. */

/** `about 1 m 53 s without the updates, of which 1 m is the deregistration delay of web (30 s each time)`. */
export function timeText({ ms, spreadMs, parts, knowsUpdates }: Estimate): string {
  const [largest] = parts.filter(({ cause }) => !UNAVOIDABLE.includes(cause))
  const without = knowsUpdates ? '' : ' without the updates'
  const spread =
    spreadMs > ms / 10 ? ` (give or take ${duration(spreadMs)}, as health checks happen to come)` : ''
  const most =
    largest === undefined || largest.ms < ms / 5
      ? ''
      : `, of which ${duration(largest.ms)} ${is(largest)} ${largest.why}`
  return `about ${duration(ms)}${without}${spread}${most}`
}

/** Nobody can do anything about these. */
const UNAVOIDABLE: readonly Cause[] = ['claim', 'calls']

const is = ({ ms }: Part): string => (/^1 [a-z]+$/.test(duration(ms)) ? 'is' : 'are')

/** Undefined where nothing is updated. */
export function updatesText({ phases, knowsUpdates }: Estimate): string | undefined {
  const updating = phases.filter(({ updatesWithinMs }) => updatesWithinMs > 0)
  if (updating.length === 0) return undefined
  const most = duration(Math.max(...updating.map(({ updatesWithinMs }) => updatesWithinMs)))
  const each = updating.length === 1 ? '' : ' for each batch'
  return `${knowsUpdates ? 'updates may take' : 'plus the updates, whose time is not known:'} ${most} at the most${each}`
}

const LABELS: Readonly<Record<Cause, string>> = {
  claim: 'claim',
  calls: 'calls',
  drain: 'drain',
  update: 'update',
  registration: 'registration',
  'health-check': 'health check',
  'healthy-for': 'healthy-for',
  'slow-start': 'slow start',
  routes: 'changes of routes',
  'settle-time': 'settle-time',
  traffic: 'share stays',
  'bake-time': 'bake-time',
}

const MOST_LABELS = 3

/** `drain 30 s, healthy-for 15 s`: what the time of one phase goes into, the largest first. */
export const partsText = (parts: readonly Part[]): string =>
  parts
    .filter(({ cause, ms }) => cause !== 'calls' && ms >= 500)
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, MOST_LABELS)
    .map(({ cause, ms }) => `${LABELS[cause]} ${duration(ms)}`)
    .join(', ')

export const capacityTexts = ({ capacity, chapters }: Outlook): string[] => {
  const { lowest, neededOfGreen } = capacity
  const isShift = chapters.some(({ kind }) => SHIFTS.has(kind))
  return isShift ? lowest.map((one) => stays(one, neededOfGreen)) : lowest.map(dips)
}

const SHIFTS: ReadonlySet<PhaseKind> = new Set(['ready', 'shift', 'shift-back'])

function stays({ group, now, of }: LowestHealthy, neededOfGreen: number | undefined): string {
  const green =
    neededOfGreen === undefined
      ? ''
      : `, and the other group must have ${plural(neededOfGreen, 'healthy server')} before it gets traffic`
  return `nothing is taken out: ${group} keeps its ${now} healthy of ${plural(of, 'server')}${green}`
}

function dips({ group, zone, now, lowest, of }: LowestHealthy): string {
  const where = zone === undefined ? group : `${group} in ${zone}`
  return `${where} has ${now} healthy of ${plural(of, 'server')}, and at no moment fewer than ${lowest}`
}

export function wayBackText({ wayBack }: Outlook): string {
  const { text, ms, knowsUpdates } = wayBack
  if (ms === undefined) return text
  return `${text} (about ${duration(ms)}${knowsUpdates ? '' : ' without the updates'})`
}

/** `Batches 1 to 5`; `batch`: the number of its first batch. */
export function chapterTitle({ kind, shares, phases }: Chapter, batch: number): string {
  if (kind === 'shift') return `Shift ${shares.map(showShare).join(', then ')} to green`
  if (kind !== 'batch') return phaseTitle({ kind, share: shares[0] }, batch)
  return phases === 1 ? `Batch ${batch}` : `Batches ${batch} to ${batch + phases - 1}`
}

export function phaseTitle(
  { kind, share = 0 }: { readonly kind: PhaseKind; readonly share?: number | undefined },
  batch: number,
): string {
  switch (kind) {
    case 'batch':
      return `Batch ${batch}`
    case 'shift':
      return `Shift ${showShare(share)} to green`
    case 'shift-back':
      return share === 0 ? 'All traffic back to blue' : `Back to ${showShare(share)} on green`
    default:
      return capitalised(PHASE_NAMES[kind])
  }
}

/** The numbers of batches, by the place of a phase in the plan. */
export function batchNumbers(kinds: readonly PhaseKind[]): number[] {
  let batch = 0
  return kinds.map((kind) => (kind === 'batch' ? ++batch : batch + 1))
}

/** `53%`. */
export function shareOf({ ms }: Part, estimate: Estimate): string {
  const percent = Math.round((100 * ms) / estimate.ms)
  return percent === 0 ? 'under 1%' : `${percent}%`
}
