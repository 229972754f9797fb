import fc from 'fast-check'
import { leftSuspended, tagsOf } from './disasters.ts'
import { Invariants } from './invariants.ts'
import { build, playIn, scenario as updates } from './ssm-scenes.ts'
import type { World } from './world.ts'

/** What the group, an alarm or the world does meanwhile. */
const happening = fc.record({
  kind: fc.constantFrom('scale-out' as const, 'scale-in' as const, 'rebalance' as const, 'lose' as const),
  atMs: fc.nat(400_000),
  server: fc.nat(9),
})

/** Servers of a group of Auto Scaling that are updated by Run Command. */
export const scenario = fc.record({
  updates,
  healthCheckType: fc.constantFrom('ELB' as const, 'EC2' as const),
  behaviour: fc.record({
    outOfLoadBalancer: fc.constantFrom('unhealthy' as const, 'ignored' as const),
    healthCheckEveryMs: fc.constantFrom(1_000, 7_000, 60_000),
  }),
  suspended: fc.subarray(['AZRebalance', 'HealthCheck', 'Terminate'] as const),
  happenings: fc.array(happening, { maxLength: 3 }),
})

export type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never

function schedule(world: World, { happenings }: Scenario): void {
  const start = world.clock.now()
  const ids = [...world.servers.keys()]
  let hasLost = false
  for (const { kind, atMs, server } of happenings) {
    const id = ids[server % ids.length] ?? ''
    world.clock.schedule(start + atMs, () => {
      if (kind === 'scale-out') world.autoScaling.scaleOut('web', { by: 'AlarmNotification' })
      if (kind === 'scale-in') world.autoScaling.scaleIn('web', { id, by: 'AlarmNotification' })
      if (kind === 'rebalance') world.autoScaling.rebalance('web')
      // More at once than the fleet can bear is nobody's doing here.
      if (kind === 'lose' && !hasLost && world.servers.has(id)) {
        hasLost = true
        world.autoScaling.lose(id)
      }
    })
  }
}

/** As `play` of ssm-scenes: what was wrong, how the first run ended, and what was seen. */
export async function play(scene: Scenario) {
  const { healthCheckType, behaviour, suspended } = scene
  const world = build(scene.updates, { autoScaling: { healthCheckType, behaviour, suspended } })
  const invariants = new Invariants(world, scene.updates.floor)
  const before = [...world.servers.keys()]
  schedule(world, scene)
  const { outcome, reason } = await playIn(world, scene.updates)
  const wrong = [
    ...invariants.broken,
    ...leftSuspended(world).map((process) => `${process} is left suspended`),
    ...lost(world, before, reason),
    ...ranWhileIn(world),
    ...leftTags(world, reason),
  ]
  return { wrong, outcome, seen: new Set(world.events.map(({ type }) => type)) }
}

const serves = (world: World): Set<string> =>
  new Set(
    world.autoScaling
      .instances('web')
      .filter(({ lifecycle }) => lifecycle === 'InService')
      .map(({ id }) => id),
  )

/** Alive, there from the start, neither in nor named, and not about to go by its group's doing. */
function lost(world: World, before: readonly string[], reason: string): string[] {
  const serving = serves(world)
  return before
    .filter((id) => world.servers.has(id) && !world.isIn(id) && !reason.includes(id) && serving.has(id))
    .map((id) => `${id} is lost: ${reason}`)
}

const ranWhileIn = (world: World): string[] =>
  [...world.servers.values()]
    .filter(({ id, isUpdating }) => isUpdating && world.isIn(id))
    .map(({ id }) => `a command runs on ${id}, which is in`)

/** The next one who comes must know of what stays out, also of one whose end its group has not noticed. */
function leftTags(world: World, reason: string): string[] {
  const isOut = [...serves(world)].some((id) => !world.isIn(id) && reason.includes(id))
  return tagsOf(world)
    .filter((key) => !(isOut && key.includes(':out:')))
    .map((key) => `${key} is left on the groups: ${reason}`)
}
