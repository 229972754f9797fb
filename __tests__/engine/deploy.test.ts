import { describe, expect, test } from '@jest/globals'
import type { Gate } from '../../src/domain/ports.ts'
import { NEW, OLD, type ServerModel, World } from '../support/world.ts'

const ids = (...last: number[]) => last.map((number) => `10.0.0.${number}`)
const failing = (version: string, ...last: number[]) => ({
  updateFails: (id: string, to: string) =>
    to === version && ids(...last).includes(id) ? 'exit code 3' : undefined,
})

describe('a rollout that goes well', () => {
  test('takes four servers to the new version in halves', async () => {
    const world = new World()
    const conclusion = await world.rollOut()
    expect(conclusion).toEqual({ outcome: 'succeeded', reason: '1.0.2 runs on all 4 servers' })
    expect(world.versions()).toEqual([NEW, NEW, NEW, NEW])
    expect(world.serving()).toHaveLength(4)
    expect(world.of('phase-started').map((phase) => phase.servers)).toEqual([ids(11, 12), ids(13, 14)])
  })

  test('performs the sequence exactly, one batch after the other', async () => {
    const world = new World({ servers: 2 })
    await world.rollOut()
    const sequence = world.events
      .filter(({ type }) => /^(deregistered|drain|update-[sf]|update-su|registered|healthy|in-s)/.test(type))
      .map(
        (event) =>
          `${event.type} ${'server' in event ? event.server : 'servers' in event ? event.servers : ''}`,
      )
    const one = (id: string) => [
      `deregistered ${id}`,
      `drain-confirmed ${id}`,
      `drained ${id}`,
      `update-started ${id}`,
      `update-succeeded ${id}`,
      `registered ${id}`,
      `healthy ${id}`,
      `in-service ${id}`,
    ]
    expect(sequence).toEqual([...one('10.0.0.11'), ...one('10.0.0.12')])
  })

  test('grows through a list of batch sizes', async () => {
    const world = new World({ servers: 8 })
    await world.rollOut({ batchSizes: [{ count: 1 }, { percent: 25 }, { percent: 50 }] })
    expect(world.of('phase-started').map((phase) => phase.servers.length)).toEqual([1, 2, 4, 1])
  })

  test('waits for slow start before a batch counts', async () => {
    const world = new World({ servers: 2, groups: [{ slowStartSeconds: 120 }] })
    await world.rollOut({ healthyForMs: 0 })
    const [healthy] = world.of('healthy')
    const [served] = world.of('in-service')
    expect((served?.at ?? 0) - (healthy?.at ?? 0)).toBe(120_000)
  })

  test('takes a server out of every group and port it is registered in', async () => {
    const world = new World({ servers: 2, groups: [{ ports: [80, 81] }, { ports: [9000] }] })
    await world.rollOut()
    const calls = world.of('deregistered').map(({ group, servers }) => `${group} ${servers}`)
    expect(calls).toEqual([
      'group-0 10.0.0.11',
      'group-1 10.0.0.11',
      'group-0 10.0.0.12',
      'group-1 10.0.0.12',
    ])
    expect(world.serving()).toHaveLength(2)
  })

  test('heals a server that was unhealthy, first of all, and at no cost', async () => {
    const world = new World({ isHealthy: (id, version) => !(id === '10.0.0.14' && version === OLD) })
    await world.clock.advance(200_000)
    const { outcome } = await world.rollOut()
    expect(outcome).toBe('succeeded')
    expect(world.of('phase-started')[0]?.servers).toEqual(ids(14, 11))
    expect(world.serving()).toHaveLength(4)
  })

  test('changes nothing when it is only to plan', async () => {
    const world = new World()
    const writes: string[] = []
    world.simulator.observe((event) => {
      if (event.type === 'call' && !event.action.startsWith('Describe')) writes.push(event.action)
    })
    const { outcome } = await world.rollOut({ dryRun: true })
    expect(outcome).toBe('planned')
    expect(writes).toEqual([])
    expect(world.of('planned')[0]?.plan.phases).toHaveLength(2)
  })
})

describe('a failed update', () => {
  test('in the second batch brings the first one back too', async () => {
    const world = new World(failing(NEW, 13))
    const conclusion = await world.rollOut()
    expect(conclusion.outcome).toBe('rolled-back')
    expect(conclusion.reason).toBe('10.0.0.13: update failed: exit code 3; 1.0.1 serves on all 4 servers')
    expect(world.versions()).toEqual([OLD, OLD, OLD, OLD])
    expect(world.serving()).toHaveLength(4)
  })

  test('touches only what was touched on the way back', async () => {
    const world = new World(failing(NEW, 11))
    await world.rollOut({ batchSizes: [{ count: 1 }] })
    const updated = world.of('update-started').map(({ server, version }) => `${server} ${version}`)
    expect(updated).toEqual([`10.0.0.11 ${NEW}`, `10.0.0.11 ${OLD}`])
  })

  test('is let pass up to max-failures, and the server stays out', async () => {
    const world = new World({ servers: 5, ...failing(NEW, 12) })
    const conclusion = await world.rollOut({ batchSizes: [{ count: 1 }], maxFailures: { count: 1 } })
    expect(conclusion).toEqual({
      outcome: 'succeeded',
      reason: '1.0.2 runs on 4 of 5 servers; as max-failures allows, out of the load balancer: 10.0.0.12',
    })
    expect(world.serving()).toEqual(ids(11, 13, 14, 15))
  })

  test('beyond max-failures rolls everything back', async () => {
    const world = new World({ servers: 5, ...failing(NEW, 12, 13) })
    const { outcome } = await world.rollOut({ batchSizes: [{ count: 1 }], maxFailures: { count: 1 } })
    expect(outcome).toBe('rolled-back')
    expect(world.serving()).toHaveLength(5)
  })

  test('on the way back names the server, and what the others run', async () => {
    const world = new World({ ...failing(NEW, 13), isHealthy: () => true })
    const broken = new World({
      updateFails: (id, version) => (id === '10.0.0.13' ? `no ${version} here` : undefined),
    })
    expect((await world.rollOut()).outcome).toBe('rolled-back')
    const { outcome, reason } = await broken.rollOut()
    expect(outcome).toBe('failed')
    expect(reason).toContain('10.0.0.13: update failed: no 1.0.2 here')
    expect(reason).toContain('not in the load balancer: 10.0.0.13')
    expect(reason).toContain('1.0.1 serves on 10.0.0.11, 10.0.0.12, 10.0.0.14')
    expect(broken.serving()).toEqual(ids(11, 12, 14))
  })

  test('freezes when asked to: the good ones go back in, nothing else is updated', async () => {
    const world = new World(failing(NEW, 13))
    const { outcome, reason } = await world.rollOut({ onFailure: 'freeze' })
    expect(outcome).toBe('failed')
    expect(reason).toBe(
      '10.0.0.13: update failed: exit code 3; frozen as it is: 1.0.2 serves on 10.0.0.11, 10.0.0.12, 10.0.0.14; not in the load balancer: 10.0.0.13',
    )
    expect(world.versions()).toEqual([NEW, NEW, 'unknown', NEW])
    expect(world.serving()).toEqual(ids(11, 12, 14))
  })
})

describe('a new version that is bad', () => {
  test('never healthy: is rolled back after health-timeout', async () => {
    const world = new World({ isHealthy: (_, version) => version === OLD })
    const { outcome, reason } = await world.rollOut({ healthTimeoutMs: 120_000 })
    expect(outcome).toBe('rolled-back')
    expect(reason).toContain('not healthy within 2 m: unhealthy on port 8080 (Target.ResponseCodeMismatch')
    expect(world.versions()).toEqual([OLD, OLD, OLD, OLD])
  })

  test.each(['server', 'service'] as const)(
    'failing the smoke test of the %s: is rolled back',
    async (scope) => {
      let asked = 0
      const gate: Gate = {
        name: 'smoke test',
        scope,
        check: async ({ version }) => {
          asked++
          return { verdict: version === OLD ? 'pass' : 'fail', evidence: 'status 500' }
        },
      }
      const world = new World({ gates: [gate] })
      const url = scope === 'server' ? 'http://{ip}/' : 'http://www.example.com/'
      const { outcome, reason } = await world.rollOut({ smoke: { url, status: [{ from: 200, to: 399 }] } })
      expect(outcome).toBe('rolled-back')
      expect(reason).toContain('smoke test')
      expect(asked).toBeGreaterThanOrEqual(3)
      if (scope === 'server') expect(world.of('registered').every(({ at }) => at > 0)).toBe(true)
      expect(world.versions()).toEqual([OLD, OLD, OLD, OLD])
    },
  )

  test('a server that does not pass its smoke test has not been back in before', async () => {
    const gate: Gate = {
      name: 'smoke test',
      scope: 'server',
      check: async ({ version }) => ({
        verdict: version === OLD ? 'pass' : 'unknown',
        evidence: 'no answer',
      }),
    }
    const world = new World({ gates: [gate] })
    await world.rollOut({
      healthTimeoutMs: 60_000,
      smoke: { url: 'http://{ip}/', status: [{ from: 200, to: 399 }] },
    })
    const [firstReturn] = world.of('registered')
    const [firstOldUpdate] = world.of('update-succeeded').filter(({ version }) => version === OLD)
    expect(firstReturn?.at).toBeGreaterThanOrEqual(firstOldUpdate?.at ?? Number.POSITIVE_INFINITY)
  })
})

describe('a timeout', () => {
  test('in the middle of an update ends it, and bounds only the way forward', async () => {
    const world = new World({ updateMs: () => 60_000 })
    const { outcome, reason } = await world.rollOut({ timeoutMs: 45_000 })
    expect(outcome).toBe('rolled-back')
    expect(reason).toContain('not done within the timeout of 45 s')
    expect(world.versions()).toEqual([OLD, OLD, OLD, OLD])
  })

  test('that is not reached leaves nothing behind', async () => {
    const world = new World()
    expect((await world.rollOut({ timeoutMs: 3_600_000 })).outcome).toBe('succeeded')
  })
})

describe('other servers that fail meanwhile', () => {
  test('while the batch drains bring it back in, and it is tried again when there is capacity', async () => {
    const world = new World({ groups: [{ delaySeconds: 120 }], targetType: 'instance' })
    const [, , third] = [...world.servers.values()]
    const start = world.clock.now()
    world.clock.schedule(start + 10_000, () => Object.assign(third as ServerModel, { isUp: false }))
    world.clock.schedule(start + 300_000, () => Object.assign(third as ServerModel, { isUp: true }))
    const { outcome } = await world.rollOut({ minHealthy: { count: 2 } })
    expect(world.of('batch-retreated')).toHaveLength(1)
    expect(outcome).toBe('succeeded')
    expect(world.serving()).toHaveLength(4)
  })

  test('before a batch make it smaller', async () => {
    const world = new World({ servers: 6 })
    const sixth = [...world.servers.values()][5] as ServerModel
    world.clock.schedule(world.clock.now() + 5_000, () => {
      sixth.isUp = false
    })
    const { outcome } = await world.rollOut({
      batchSizes: [{ count: 1 }, { count: 3 }],
      minHealthy: { count: 3 },
    })
    expect(world.of('batch-cut')[0]).toMatchObject({ servers: ids(12, 13), later: ids(14) })
    expect(outcome).toBe('succeeded')
    expect(world.serving()).toHaveLength(6)
  })

  test('after a batch was cut: the rest of it is not forgotten when what was left of it comes back in', async () => {
    const world = new World({ servers: 6, groups: [{ delaySeconds: 120 }], targetType: 'instance' })
    const [, , , , fifth, sixth] = [...world.servers.values()] as ServerModel[]
    if (fifth === undefined || sixth === undefined) throw new Error('six servers')
    sixth.isUp = false
    await world.clock.advance(60_000)
    const start = world.clock.now()
    // The unhealthy one would go first and be healed: it is kept from that by a batch that does not hold it.
    world.clock.schedule(start + 30_000, () => {
      fifth.isUp = false
    })
    world.clock.schedule(start + 400_000, () => {
      fifth.isUp = true
    })
    const { outcome } = await world.rollOut({ batchSizes: [{ count: 3 }], minHealthy: { count: 3 } })
    expect(outcome).toBe('succeeded')
    expect(new Set(world.versions())).toEqual(new Set([NEW]))
  })

  test('for good end the rollout, and what could not be undone is named', async () => {
    const world = new World()
    const [, , ...others] = [...world.servers.values()]
    world.clock.schedule(world.clock.now() + 25_000, () => {
      for (const server of others) server.isUp = false
    })
    const { outcome, reason } = await world.rollOut({
      batchSizes: [{ count: 1 }],
      minHealthy: { count: 3 },
      healthTimeoutMs: 120_000,
    })
    expect(outcome).toBe('failed')
    expect(reason).toContain('no server may leave: 2 healthy of 4, and 3 must stay')
    expect(reason).toContain('1.0.2 serves on 10.0.0.11; 1.0.1 serves on 10.0.0.12, 10.0.0.13, 10.0.0.14')
  })
})

describe('a drain', () => {
  test.each(['accept', 'ignore', 'reject'] as const)(
    'that a command ends early is over for good, when registering meanwhile is answered by: %s',
    async (reregisterWhileDraining) => {
      const world = new World({
        targetType: 'instance',
        groups: [{ delaySeconds: 300 }],
        behaviour: { reregisterWhileDraining },
        drainProbe: { isDrained: async () => true },
      })
      const startedAt = world.clock.now()
      const { outcome } = await world.rollOut()
      expect(outcome).toBe('succeeded')
      expect(world.serving()).toHaveLength(4)
      const drains = world.of('drained')
      expect(drains.every(({ by }) => by === 'command')).toBe(true)
      const [left] = world.of('leaving')
      expect((drains[0]?.at ?? 0) - (left?.at ?? 0)).toBeGreaterThanOrEqual(12_000)
      const elapsed = world.clock.now() - startedAt
      if (reregisterWhileDraining === 'accept') expect(elapsed).toBeLessThan(2 * 60_000)
      else expect(elapsed).toBeLessThan(2 * 350_000)
    },
  )

  test('that does not begin, because the call had no effect, is noticed', async () => {
    const world = new World({ faults: { staleReadsMs: 40_000 } })
    const { outcome, reason } = await world.rollOut()
    expect(outcome).toBe('rolled-back')
    expect(reason).toContain('did not begin to drain')
    expect(world.serving()).toHaveLength(4)
  })
})

describe('the API', () => {
  test('that denies a permission ends the rollout at once, and names it', async () => {
    const world = new World({ faults: { deny: ['DeregisterTargets'] } })
    const startedAt = world.clock.now()
    const { outcome, reason } = await world.rollOut()
    expect(outcome).toBe('rolled-back')
    expect(reason).toContain('the credentials lack the permission elasticloadbalancing:DeregisterTargets')
    expect(reason).not.toContain('arn:')
    expect(world.serving()).toHaveLength(4)
    expect(world.clock.now() - startedAt).toBeLessThan(30_000)
  })

  test('that denies a read refuses before anything is changed', async () => {
    const world = new World({ faults: { deny: ['DescribeTargetHealth'] } })
    const { outcome, reason } = await world.rollOut()
    expect(outcome).toBe('refused')
    expect(reason).toContain('elasticloadbalancing:DescribeTargetHealth')
  })

  test('that throttles for minutes is sat out', async () => {
    const world = new World()
    const start = world.clock.now()
    world.clock.schedule(start + 31_000, () => {
      world.simulator.faults = { throttleShare: 1 }
    })
    world.clock.schedule(start + 300_000, () => {
      world.simulator.faults = {}
    })
    expect((await world.rollOut()).outcome).toBe('succeeded')
  })

  test('that throttles a deregistration while others die takes no server out any more', async () => {
    const world = new World({ servers: 2, targetType: 'instance' })
    const second = [...world.servers.values()][1]
    const start = world.clock.now()
    let calls = 0
    world.simulator.faults = {
      onCall: (_, action) => {
        if (action !== 'DeregisterTargets' || ++calls > 5) return
        Object.assign(second as ServerModel, { isUp: false })
        return 'reject-before'
      },
    }
    world.clock.schedule(start + 400_000, () => Object.assign(second as ServerModel, { isUp: true }))
    const left: number[] = []
    world.simulator.observe((event) => {
      if (event.type === 'state' && event.to === 'draining') left.push(event.at - start)
    })
    const { outcome } = await world.rollOut({ minHealthy: { count: 1 } })
    expect(outcome).toBe('succeeded')
    expect(left[0]).toBeGreaterThan(400_000)
  })
})

describe('a cancel', () => {
  test.each([
    ['before the first change', 0],
    ['while the batch drains', 15_000],
    ['in the middle of an update', 32_000],
    ['while a server becomes healthy', 37_000],
  ])('%s puts everything back within seconds', async (_, atMs) => {
    const world = new World({ servers: 2, targetType: 'instance' })
    const at = world.clock.now() + atMs
    world.clock.schedule(at, () => world.stop({ cause: 'cancel', reason: 'cancelled' }))
    const { outcome, reason } = await world.rollOut()
    expect(outcome).toBe('interrupted')
    expect(reason).toContain('cancelled')
    expect(world.clock.now() - at).toBeLessThanOrEqual(7_000)
    const states = world.simulator.targets(world.groupArns[0] as string).map((target) => target.State)
    expect(states).toHaveLength(2)
    expect(states).not.toContain('draining')
  })
})

describe('the version before', () => {
  test('is needed for a way back, and asked for', async () => {
    const world = new World()
    const { previousVersion: _, ...settings } = world.settings()
    const { outcome, reason } = await world.clock.run(world.start({ whole: settings }).ended)
    expect(outcome).toBe('refused')
    expect(reason).toContain('previous-version is empty')
  })

  test('is by default the one that the last rollout has written down', async () => {
    const world = new World({
      updateFails: (_, version) => (version === '1.0.3' ? 'exit code 1' : undefined),
    })
    await world.rollOut()
    const { previousVersion: _, ...settings } = world.settings({ version: '1.0.3' })
    const { outcome } = await world.clock.run(world.start({ whole: settings }).ended)
    expect(outcome).toBe('rolled-back')
    expect(new Set(world.versions())).toEqual(new Set([NEW]))
  })
})
