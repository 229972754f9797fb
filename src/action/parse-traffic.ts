import { type Share, showShare, type TrafficStep, WHOLE } from '../domain/traffic.ts'
import { duration, LONGEST_MS, type Parsed, type Parser } from './parse.ts'

const FORMS =
  'give rising shares of the traffic, at most 100% and no finer than 0.1%, as weights end at 999 (10% for 5m, 50% for 5m, 100%), or equal steps alone (10% every 1m)'

/** `10% for 5m, 50% for 5m, 100%`, or `10% every 1m`: never empty, and each share above the one before. */
export const traffic: Parser<readonly TrafficStep[]> = (text) => {
  const [, share, pause] = /^(\S+)\s+every\s+(\S+)$/.exec(text) ?? []
  const parsed = share === undefined || pause === undefined ? risingShares(text) : equalSteps(share, pause)
  return 'value' in parsed ? withinAJob(parsed.value) : parsed
}

function risingShares(text: string): Parsed<readonly TrafficStep[]> {
  const value: TrafficStep[] = []
  for (const item of text.split(',').map((part) => part.trim())) {
    const parsed = step(item)
    if (!('value' in parsed)) return parsed
    const next = parsed.value.share
    const before = value.at(-1)?.share ?? 0
    if (next <= before) {
      return { accepted: `${FORMS}; ${showShare(next)} comes after ${showShare(before)}` }
    }
    value.push(parsed.value)
  }
  return { value }
}

function step(item: string): Parsed<TrafficStep> {
  const [, percentage = '', hold] = /^(\S+)(?:\s+for\s+(\S+))?$/.exec(item) ?? []
  const share = readShare(percentage)
  if (share === undefined) return { accepted: FORMS, culprit: item }
  if (hold === undefined) return { value: { share } }
  const holdMs = duration()(hold)
  return 'value' in holdMs ? { value: { share, holdMs: holdMs.value } } : { ...holdMs, culprit: hold }
}

/** The last step is the whole, be it smaller than the others, and has nothing to wait for. */
function equalSteps(percentage: string, pause: string): Parsed<readonly TrafficStep[]> {
  const rise = readShare(percentage)
  if (rise === undefined) return { accepted: FORMS, culprit: percentage }
  const holdMs = duration({ least: 1_000 })(pause)
  if (!('value' in holdMs)) return { ...holdMs, culprit: pause }
  const value: TrafficStep[] = []
  for (let share = rise; share < WHOLE; share += rise) value.push({ share, holdMs: holdMs.value })
  return { value: [...value, { share: WHOLE }] }
}

function readShare(text: string): Share | undefined {
  const [, whole, tenth = '0'] = /^(\d{1,3})(?:\.(\d))?%$/.exec(text) ?? []
  const share = Number(whole) * 10 + Number(tenth)
  return share > 0 && share <= WHOLE ? share : undefined
}

function withinAJob(steps: readonly TrafficStep[]): Parsed<readonly TrafficStep[]> {
  const total = steps.reduce((sum, { holdMs = 0 }) => sum + holdMs, 0)
  return total <= LONGEST_MS
    ? { value: steps }
    : { accepted: 'give times that come to at most 120h together, as no job runs longer' }
}
