import type { HealthByGroup, TargetGroup } from '../domain/fleet.ts'
import { healthOfGroups } from './observe.ts'
import type { Run } from './run.ts'

const FAR_MS = 15_000
const NEAR_MS = 1_000
const LATE_MS = 5_000
export const REMINDER_MS = 30_000
const FRESH_MS = 3_000
const MOST_LOOKS = 5
/** Groups that may be looked at each second without taking half of the account's shared ten calls a second. */
const GROUPS_A_SECOND = 4

/** What one look at the groups tells. */
export type Sight<T> =
  | { readonly done: T }
  | {
      /** What is still waited for; shown when it changes. */
      readonly text: string
      /** The earliest time at which the answer can be another one. */
      readonly earliest: number
      /** For how long after `earliest` each second counts. */
      readonly windowMs?: number
      /** Aborted when the answer may be another one already: then the next look comes at once. */
      readonly sooner?: AbortSignal
    }

/**
 * Looks at the groups until the judge is satisfied: seldom before the earliest end that the load balancer's attributes
 * tell, every second around it, then every few seconds. Whoever waits gives a judge that is done in the end (by a limit
 * of its own).
 */
export async function watch<T>(
  run: Run,
  judge: (health: HealthByGroup, now: number) => Sight<T> | Promise<Sight<T>>,
  { limitMs, groups = run.fleet.groups }: { limitMs?: number; groups?: readonly TargetGroup[] } = {},
): Promise<T> {
  const { clock } = run.ports
  const startedAt = clock.now()
  const remind = reminder(run, { startedAt, ...(limitMs === undefined ? {} : { limitMs }) })
  while (true) {
    const health = await look(run, groups)
    const sight = await judge(health, clock.now())
    if ('done' in sight) return sight.done
    remind(sight.text)
    await pause(run, pauseBefore(sight, clock.now(), groups.length), sight.sooner)
  }
}

async function pause({ ports, signal }: Run, ms: number, sooner: AbortSignal | undefined): Promise<void> {
  if (sooner === undefined) return ports.clock.sleep(ms, signal)
  try {
    await ports.clock.sleep(ms, AbortSignal.any([signal, sooner]))
  } catch (error) {
    if (signal.aborted || !sooner.aborted) throw error
  }
}

/** All groups as they were at about the same time: a look that took long (the API was busy) is taken again. */
export async function look(
  run: Run,
  groups: readonly TargetGroup[] = run.fleet.groups,
): Promise<HealthByGroup> {
  const { clock, loadBalancer } = run.ports
  for (let tries = 1; ; tries++) {
    const startedAt = clock.now()
    const health = await healthOfGroups(loadBalancer, groups, run.signal)
    if (clock.now() - startedAt <= FRESH_MS || tries === MOST_LOOKS) return health
  }
}

function pauseBefore(sight: { earliest: number; windowMs?: number }, now: number, groups: number): number {
  const ahead = sight.earliest - now
  if (ahead > 0) return Math.min(ahead, FAR_MS)
  const near = NEAR_MS * Math.ceil(groups / GROUPS_A_SECOND)
  return -ahead < Math.max(sight.windowMs ?? 0, FAR_MS) ? near : Math.max(near, LATE_MS)
}

/** Says what is waited for when that changes, and every half minute. */
export function reminder(run: Run, facts: { startedAt: number; limitMs?: number }): (text: string) => void {
  let said = ''
  let saidAt = Number.NEGATIVE_INFINITY
  return (text) => {
    const now = run.ports.clock.now()
    if (text === said && now - saidAt < REMINDER_MS) return
    said = text
    saidAt = now
    const { startedAt, ...limit } = facts
    run.emit({ type: 'waiting', text, elapsedMs: now - startedAt, ...limit })
  }
}
