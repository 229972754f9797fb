import fc from 'fast-check'
import { Ssm } from '../../simulator/ssm/ssm.ts'
import { createConnectionProbe } from '../../src/updaters/ssm.ts'
import { ssmClientOf } from './ssm-place.ts'
import type { World, WorldOptions } from './world.ts'

/** How a drain probe goes on, if there is one. What it says need not be true: the floor must hold all the same. */
export type Probe =
  | { readonly kind: 'none' | 'early' | 'never' | 'breaks' }
  | { readonly kind: 'after'; readonly ms: number }
  | { readonly kind: 'flaps'; readonly everyMs: number }
  | {
      readonly kind: 'by Run Command'
      readonly runMs: number
      readonly exitCode: 0 | 1 | 3
      readonly throttled: number
    }

export const probe: fc.Arbitrary<Probe> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('none' as const, 'early' as const, 'never' as const, 'breaks' as const),
  }),
  fc.record({ kind: fc.constant('after' as const), ms: fc.nat(300_000) }),
  fc.record({ kind: fc.constant('flaps' as const), everyMs: fc.integer({ min: 500, max: 20_000 }) }),
  fc.record({
    kind: fc.constant('by Run Command' as const),
    runMs: fc.nat(300_000),
    exitCode: fc.constantFrom(0 as const, 0 as const, 1 as const, 3 as const),
    throttled: fc.constantFrom(0, 0, 0.4),
  }),
)

export function probeFor(given: Probe, world: () => World): Pick<WorldOptions, 'drainProbe'> {
  const now = () => world().clock.now()
  const firstAskedAt = new Map<string, number>()
  const since = (id: string) => {
    const at = firstAskedAt.get(id) ?? now()
    firstAskedAt.set(id, at)
    return now() - at
  }
  switch (given.kind) {
    case 'none':
      return {}
    case 'early':
      return { drainProbe: { isDrained: async () => true } }
    case 'never':
      return { drainProbe: { isDrained: async () => false } }
    case 'breaks':
      return { drainProbe: () => ({ by: 'command', watch: () => Promise.reject(new Error('broken')) }) }
    case 'after':
      return { drainProbe: { isDrained: async ({ id }) => since(id) >= given.ms } }
    case 'flaps':
      return { drainProbe: { isDrained: async () => Math.floor(now() / given.everyMs) % 2 === 0 } }
    case 'by Run Command':
      return {
        drainProbe: (clock) =>
          createConnectionProbe({ client: agents(given, world()), clock, rolloutId: 'r' }),
      }
  }
}

function agents({ runMs, exitCode, throttled }: Extract<Probe, { kind: 'by Run Command' }>, world: World) {
  const run = () => ({ runMs, exitCode, stdout: 'it says why' })
  const ssm = new Ssm({ clock: world.clock, run, faults: { throttleShare: throttled } })
  // One of them has no agent.
  for (const id of [...world.servers.keys()].slice(1)) ssm.addNode(id)
  return ssmClientOf(world.clock, ssm)
}
