import { isRefusal } from '../domain/errors.ts'
import type { Snapshot } from '../domain/fleet.ts'
import type { Owner } from '../domain/journal.ts'
import { drainMs } from '../domain/network.ts'
import type { Conclusion } from '../domain/outcome.ts'
import { timeOfDay } from '../domain/wording.ts'
import { describeOwner } from './fence.ts'
import type { Scene } from './scene.ts'
import { refuse } from './scene.ts'
import type { Tenure } from './tenure.ts'

/** From the claim to the first entry: the wait for capacity, and calls that are throttled. */
const SLACK_MS = 2 * 60_000
const LOOK_EVERY_MS = 30_000

/** Begins a tenure, or says who is in the way. */
export async function claim(
  scene: Scene,
  tenure: Tenure,
  snapshot: Snapshot,
): Promise<Conclusion | undefined> {
  const { cancel, emit } = scene
  emit({ type: 'stage-started', stage: 'Claim' })
  scene.tenure = tenure
  const holder = await tenure.claim(holdMs(scene, snapshot), cancel).catch((error) => {
    // Then nothing has been changed yet.
    if (isRefusal(error) && !tenure.isHeld) delete scene.tenure
    throw error
  })
  if (holder === undefined) return undefined
  delete scene.tenure
  return refuse(scene, [inTheWay(holder)])
}

/** To the first entry: servers may have to be put back and become healthy, or capacity be waited for. */
export function holdMs({ settings }: Scene, { groups }: Snapshot): number {
  const { healthTimeoutMs, healthyForMs = 0 } = settings
  const each = groups.map(
    (group) => drainMs(group) + group.healthCheckIntervalMs + group.healthCheckTimeoutMs + group.slowStartMs,
  )
  return healthTimeoutMs + healthyForMs + Math.max(0, ...each) + SLACK_MS
}

export const inTheWay = (holder: Owner): string =>
  `another rollout is under way on these target groups: ${describeOwner(holder)}; it has until ${timeOfDay(holder.due)} for its next entry, and is gone if none comes; wait for it, or cancel it and run mode: recover`

/** Waits until nobody else may change things: recover and rollback come to put right what somebody left. */
export async function awaitNobody(scene: Scene, holderNow: () => Promise<Owner | undefined>): Promise<void> {
  const { clock } = scene.ports
  const startedAt = clock.now()
  for (let holder = await holderNow(); holder !== undefined; holder = await holderNow()) {
    const now = clock.now()
    scene.emit({
      type: 'waiting',
      text: `${describeOwner(holder)} to end, or to be gone at ${timeOfDay(holder.due)}`,
      elapsedMs: now - startedAt,
      limitMs: holder.due - startedAt,
    })
    await clock.sleep(Math.min(LOOK_EVERY_MS, Math.max(1_000, holder.due - now)), scene.cancel)
  }
}
