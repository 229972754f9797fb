import type { Event } from '../domain/events.ts'
import type { Outlook } from '../domain/outlook.ts'
import {
  batchNumbers,
  capacityTexts,
  chapterTitle,
  partsText,
  phaseTitle,
  shareOf,
  timeText,
  updatesText,
  wayBackText,
} from '../domain/outlook-words.ts'
import type { Phase, Plan } from '../domain/plan.ts'
import { showShare } from '../domain/traffic.ts'
import { duration, idList, plural } from '../domain/wording.ts'

type Planned = Extract<Event, { readonly type: 'planned' }>

/** More of them are counted. */
const MOST_PHASES = 20

/** What a plan puts into the log: what will be done, how long it takes, what may become of it. */
export function planLines({ plan, outlook }: Planned): readonly string[] {
  return [
    ...(plan.shift === undefined ? goal(plan) : shiftGoal(plan)),
    ...timeLines(outlook),
    ...capacityTexts(outlook),
    ...phaseLines(plan, outlook),
    ...chapterLines(plan, outlook),
    `if it fails: ${wayBackText(outlook)}`,
    `permissions: ${outlook.permissions.join(', ')}`,
    infrastructure(plan),
  ]
}

function goal({ phases, direction, version, maxFailures }: Plan): string[] {
  const servers = new Set(phases.flatMap((phase) => phase.servers)).size
  const batches = phases.filter((phase) => phase.kind === 'batch').length
  const to = direction === 'forward' ? `to ${version}` : `back to ${version}`
  return [
    `planned ${plural(servers, 'server')} ${to} in ${plural(batches, 'batch', 'batches')}`,
    ...(maxFailures === 0 ? [] : [`max-failures: ${plural(maxFailures, 'server')}`]),
  ]
}

function shiftGoal({ phases, version, shift }: Plan): string[] {
  const routes = plural(shift?.routes.length ?? 0, 'route')
  const shares = phases.flatMap(({ kind, share }) =>
    share === undefined ? [] : [kind === 'shift' ? `${showShare(share)} to green` : 'back to blue'],
  )
  return [
    `planned to take the traffic of ${routes} to ${version || 'the version before'}: ${shares.join(', ')}`,
  ]
}

function timeLines({ estimate }: Outlook): string[] {
  const updates = updatesText(estimate)
  return [
    `takes ${timeText(estimate)}`,
    ...(updates === undefined ? [] : [updates]),
    ...estimate.parts.map((part) => `time: ${duration(part.ms)} (${shareOf(part, estimate)}), ${part.why}`),
  ]
}

function phaseLines({ phases }: Plan, { estimate }: Outlook): string[] {
  const numbers = batchNumbers(phases.map(({ kind }) => kind))
  const shown = phases.slice(0, MOST_PHASES).map((phase, index) => {
    const { ms = 0, parts = [] } = estimate.phases[index] ?? {}
    const of = partsText(parts)
    const about = `about ${duration(ms)}${of === '' ? '' : ` (${of})`}`
    return `${phaseTitle(phase, numbers[index] ?? 0)}, ${about}${serversOf(phase)}`
  })
  const others = phases.slice(MOST_PHASES)
  if (others.length === 0) return shown
  const count = others.reduce((sum, { servers }) => sum + servers.length, 0)
  return [
    ...shown,
    `and ${plural(others.length, 'phase')} more${count === 0 ? '' : `, of ${plural(count, 'server')}`}`,
  ]
}

const serversOf = ({ servers }: Phase): string =>
  servers.length === 0 ? '' : `: ${idList(servers)} (${plural(servers.length, 'server')})`

function chapterLines({ phases }: Plan, { chapters }: Outlook): string[] {
  const numbers = batchNumbers(phases.map(({ kind }) => kind))
  return chapters.slice(0, MOST_PHASES).flatMap((chapter) => {
    const title = chapterTitle(chapter, numbers[chapter.from] ?? 0)
    return chapter.steps.map((step, index) => `${title}, step ${index + 1}: ${step}`)
  })
}

const infrastructure = ({ shift }: Plan): string =>
  `infrastructure code must leave the tags elb-rollout:… of the target groups alone${shift === undefined ? '' : ', and the weights of the routes'}: the README has what to write under "Terraform and others"`
