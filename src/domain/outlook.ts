import { type Estimate, estimateOf } from './estimate.ts'
import type { Fleet, Snapshot } from './fleet.ts'
import { type LowestHealthy, lowestHealthy } from './lowest-healthy.ts'
import { permissionsFor } from './permissions.ts'
import type { PhaseKind, Plan } from './plan.ts'
import { stepWords } from './plan-words.ts'
import type { Settings } from './settings.ts'
import type { Strategy } from './strategy.ts'
import type { Share } from './traffic.ts'
import { type WayBack, wayBackOf } from './way-back.ts'

/** What is to be expected of a plan, for people: said before anything is changed. */
export interface Outlook {
  readonly estimate: Estimate
  readonly chapters: readonly Chapter[]
  readonly capacity: Capacity
  /** What follows a failure. */
  readonly wayBack: WayBack
  /** IAM actions, sorted: `elasticloadbalancing:AddTags`. */
  readonly permissions: readonly string[]
}

/** Phases in a row that do the same, but for their servers. */
export interface Chapter {
  readonly kind: PhaseKind
  /** Green's when they have ended, one for each phase; none where the traffic stays. */
  readonly shares: readonly Share[]
  /** Place in the plan of the first of them, from 0. */
  readonly from: number
  readonly phases: number
  /** What is done in each of them, in words; texts from outside among them. */
  readonly steps: readonly string[]
}

export interface Capacity {
  /** In every target group, and zone where zones depend on themselves; blue-green: of blue. */
  readonly lowest: readonly LowestHealthy[]
  /** Blue-green: healthy servers that green must have before it gets traffic. */
  readonly neededOfGreen?: number
}

export interface OutlookFacts {
  readonly settings: Settings
  readonly snapshot: Snapshot
  readonly strategy: Strategy
  readonly plan: Plan
  /** Of the plan. */
  readonly fleet: Fleet
  /** How long updates took the last time; undefined: nobody knows. */
  readonly updateMs: number | undefined
}

type Planned = Omit<OutlookFacts, 'updateMs'>

export function outlookOf({ updateMs: eachMs, ...facts }: OutlookFacts): Outlook {
  const { settings, snapshot, plan } = facts
  const known = eachMs === undefined ? {} : { updateMs: () => eachMs }
  return {
    estimate: estimateOf(plan, { ...facts, ...known }),
    chapters: chaptersOf(facts),
    capacity: capacityOf(facts),
    wayBack: wayBackOf({ ...facts, ...known }),
    permissions: permissionsFor(settings, snapshot),
  }
}

function chaptersOf(facts: Planned): Chapter[] {
  const { phases } = facts.plan
  const largest = Math.max(0, ...phases.map(({ servers }) => servers.length))
  const chapters: Chapter[] = []
  for (const [from, { kind, share, steps: all }] of phases.entries()) {
    const steps = all.map((step) => stepWords(step, { ...facts, largest }))
    const shares = share === undefined ? [] : [share]
    const last = chapters.at(-1)
    if (last?.kind !== kind || !same(last.steps, steps))
      chapters.push({ kind, shares, from, phases: 1, steps })
    else chapters.splice(-1, 1, { ...last, shares: [...last.shares, ...shares], phases: last.phases + 1 })
  }
  return chapters
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((text, index) => text === b[index])

function capacityOf({ plan, fleet, snapshot }: Planned): Capacity {
  const needed = plan.phases.flatMap(({ steps }) =>
    steps.flatMap((step) =>
      step.kind === 'await-ready' && step.group === plan.shift?.green ? [step.least] : [],
    ),
  )
  return {
    lowest: lowestHealthy(plan, fleet, snapshot),
    ...(needed.length === 0 ? {} : { neededOfGreen: Math.max(...needed) }),
  }
}
