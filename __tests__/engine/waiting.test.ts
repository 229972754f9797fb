import { describe, expect, test } from '@jest/globals'
import { entriesFor } from '../../src/action/event-lines.ts'
import { Stopwatch } from '../../src/action/stopwatch.ts'
import type { Event } from '../../src/domain/events.ts'
import type { Gate, Verdict } from '../../src/domain/ports.ts'
import { afterCall, operator, run, runUntilDeath, SMOKE } from '../support/shifts.ts'
import { runCommand } from '../support/ssm-place.ts'
import { NEW, type Process, type ProcessOptions, World, type WorldOptions } from '../support/world.ts'

const SECOND = 1_000
const MINUTE = 60_000

/** A gate that has no answer for so long. */
const gateThatTakes = (ms: number, scope: Gate['scope'], world: () => World): Gate => {
  const from = new Map<string, number>()
  return {
    name: 'smoke test',
    scope,
    async check({ server }): Promise<Verdict> {
      const now = world().clock.now()
      const since = from.get(server?.id ?? '') ?? now
      from.set(server?.id ?? '', since)
      return now - since >= ms
        ? { verdict: 'pass', evidence: 'status 200' }
        : { verdict: 'unknown', evidence: 'connection refused' }
    },
  }
}

/** Between two events, and what came before the longest. */
function longestSilence(events: readonly Event[]): { seconds: number; after: string } {
  const gaps = events.slice(1).map((event, index) => ({
    seconds: (event.at - (events[index]?.at ?? 0)) / SECOND,
    after: events[index]?.type ?? '',
  }))
  return gaps.reduce((worst, gap) => (gap.seconds > worst.seconds ? gap : worst), { seconds: 0, after: '' })
}

/** As they stand in the log. */
const lines = (world: World): string[] =>
  world.of('waiting').flatMap((event) => entriesFor(event, new Stopwatch(0)) as string[])

interface Case {
  readonly of: string
  readonly says: RegExp
  readonly world: WorldOptions | ((self: () => World) => WorldOptions)
  readonly process?: (world: World) => ProcessOptions
  readonly before?: (world: World) => Promise<unknown>
}

const pair = { pair: {} } as const
let dead: Process | undefined

const CASES: readonly Case[] = [
  {
    of: 'a drain',
    says: /^waiting for 10\.0\.0\.11, 10\.0\.0\.12 to drain \(30 s of 5 m\)$/,
    world: { groups: [{ delaySeconds: 300 }] },
  },
  {
    of: 'updates by a command',
    says: /^waiting for updates: 1 of 2 servers done \(2 m of 10 m 30 s\)$/,
    world: { updateMs: (id) => (id.endsWith('1') ? 100 * SECOND : 5 * MINUTE) },
  },
  {
    of: 'updates by Run Command',
    says: /^waiting for updates: 0 of 2 servers done \(2 m 30 s of 10 m 30 s\)$/,
    world: { targetType: 'instance', ssm: runCommand(), updateMs: () => 4 * MINUTE },
  },
  {
    of: 'updates of which one fails',
    says: /^waiting for updates: 0 of 2 servers done, 1 failed \(1 m of 10 m 30 s\)$/,
    world: {
      updateMs: (id, version) => (version === NEW && id.endsWith('1') ? 40 * SECOND : 3 * MINUTE),
      updateFails: (id, version) => (version === NEW && id.endsWith('1') ? 'exit code 3' : undefined),
    },
  },
  {
    of: 'health',
    says: /^waiting for 10\.0\.0\.11, 10\.0\.0\.12 to become healthy \(1 m 3\d s of 10 m 15 s\)$/,
    world: (self) => {
      const since = new Map<string, number>()
      return {
        isHealthy: (id, version) => {
          if (version !== NEW) return true
          since.set(id, since.get(id) ?? self().clock.now())
          return self().clock.now() - (since.get(id) ?? 0) > 3 * MINUTE
        },
      }
    },
  },
  {
    of: 'staying healthy',
    says: /^waiting for 10\.0\.0\.11, 10\.0\.0\.12 to stay healthy for 5 m \(/,
    world: {},
    process: () => ({ settings: { healthyForMs: 5 * MINUTE } }),
  },
  {
    of: 'capacity',
    says: /^waiting for capacity: 2 servers healthy, the floor is 2 \(1 m of 10 m\)$/,
    world: (self) => ({
      isHealthy: (id) => {
        const [back] = self().of('healthy')
        const isSick = back !== undefined && self().clock.now() - back.at < 4 * MINUTE
        return !isSick || id.endsWith('1') || id.endsWith('2')
      },
    }),
    process: () => ({ settings: { batchSizes: [{ count: 1 }], healthyForMs: MINUTE } }),
  },
  {
    of: 'the smoke test of servers',
    says: /^waiting for smoke test: 0 of 2 servers judged \(30 s of 10 m\)$/,
    world: (self) => ({ gates: [gateThatTakes(2 * MINUTE, 'server', self)] }),
    process: () => ({ settings: { smoke: SMOKE.server } }),
  },
  {
    of: 'the smoke test of the service',
    says: /^waiting for smoke test: connection refused \(30 s of 10 m\)$/,
    world: (self) => ({ gates: [gateThatTakes(2 * MINUTE, 'service', self)] }),
    process: () => ({ settings: { smoke: SMOKE.service } }),
  },
  {
    of: 'green to be ready',
    says: /^waiting for 4 healthy servers in green: 0 now \(1 m 3\d s of 10 m/,
    world: (self) => {
      let since: number | undefined
      return {
        ...pair,
        isHealthy: (_, version) => {
          if (version !== NEW) return true
          since ??= self().clock.now()
          return self().clock.now() - since > 3 * MINUTE
        },
      }
    },
  },
  {
    of: 'a hold',
    says: /^waiting for 5 m without an objection \(2 m 30 s of 5 m\)$/,
    world: pair,
    process: () => ({ settings: { traffic: [{ share: 100, holdMs: 5 * MINUTE }, { share: 1000 }] } }),
  },
  {
    of: 'a bake',
    says: /^waiting for 10 m without an objection \(9 m of 10 m\)$/,
    world: pair,
    process: () => ({ settings: { bakeTimeMs: 10 * MINUTE } }),
  },
  {
    of: 'an API that throttles',
    says: /^waiting for the load balancer's API to answer: .*Rate exceeded.* \(\d+ s of 10 m\)$/i,
    world: {},
    process: (world) => {
      world.clock.schedule(world.clock.now() + 20 * SECOND, () => {
        world.faults = { throttleShare: 1 }
      })
      world.clock.schedule(world.clock.now() + 3 * MINUTE, () => {
        world.faults = {}
      })
      return {}
    },
  },
  {
    of: 'whoever holds the target groups',
    says: /^waiting for deploy r-001 to end, or to be gone at .* UTC \(2 m of \d+ m/,
    world: {},
    before: (world) => runUntilDeath(world, {}, afterCall('DeregisterTargets', 1)),
    process: () => ({ ...operator('recover'), asker: { mode: 'recover' } }),
  },
  {
    of: 'commands that a dead run has left',
    says: /^waiting for commands that rollout r-001 has left running to end \(30 s\)$/,
    world: {
      targetType: 'instance',
      ssm: runCommand({ course: () => ({ runMs: 'forever', cancelMs: MINUTE }) }),
    },
    before: async (world) => {
      const isSent: Process['life']['diesAt'] = ({ action, when }) =>
        action === 'SendCommand' && when === 'after'
      dead = await runUntilDeath(world, {}, isSent)
      await world.clock.run(world.clock.sleep(10 * SECOND))
    },
    // As its post step: it need not wait for whoever it knows to be gone.
    process: () => ({ ...operator('recover'), asker: dead === undefined ? {} : { mainNonce: dead.nonce } }),
  },
]

describe('nobody wonders what a run is waiting for', () => {
  test.each(CASES)('$of', async ({ says, world: given, before, process = () => ({}) }) => {
    const world: World = new World(typeof given === 'function' ? given(() => world) : given)
    await before?.(world)
    world.events.length = 0
    await run(world, process(world))
    expect(lines(world)).toContainEqual(expect.stringMatching(says))
    // Reminders come every thirty seconds, at the next look.
    const { seconds, after } = longestSilence(world.events)
    expect(seconds > 45 ? `${seconds} s after ${after}` : '').toBe('')
  })

  test('and a rollout in which everything is quick is told nothing of the kind about updates', async () => {
    const world = new World()
    await world.rollOut()
    expect(lines(world).filter((line) => /updates|smoke/.test(line))).toEqual([])
  })

  test('what has ended is waited for no longer', async () => {
    const world = new World({ updateMs: () => 100 * SECOND })
    await world.rollOut()
    const ended = world.of('step-ended').filter(({ step }) => step === 'update')
    const told = world.of('waiting').filter(({ text }) => text.startsWith('updates'))
    expect(
      told.map(({ at }) => at).every((at) => ended.some((end) => at < end.at && at > end.at - 100 * SECOND)),
    ).toBe(true)
    expect(told).toHaveLength(6)
  })
})
