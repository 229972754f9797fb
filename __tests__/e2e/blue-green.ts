import { expect, test } from '@jest/globals'
import { failuresIn } from '../../demo/load.ts'
import { lostOtherwise } from '../../demo/losses.ts'
import { FAST, NEW, OLD, type Rollout, rollOut, SHIFT_INPUTS, step } from '../../demo/rehearsal.ts'
import type { Stage } from '../../demo/stage.ts'
import { PATIENCE_MS } from './expected.ts'

/** As far behind as the design takes the load balancer to be; its own clock runs faster. */
const LAG_MS = 5_000
const SETTLE = { 'settle-time': `${Math.ceil(LAG_MS / FAST.speed / 1000)}s` }

const BOTH = { blue: [OLD, OLD], green: [NEW, NEW] }
const versionsOf = ({ groups }: Rollout) => ({
  blue: groups.blue?.versions,
  green: groups.green?.versions,
})

/** Another job, on another machine: it knows nothing but the target groups. */
const LATER = { environment: { GITHUB_RUN_ID: '9999' } }
const BARE = { ...SHIFT_INPUTS, strategy: '', version: '', 'previous-version': '', 'update-command': '' }

test.concurrent.each([
  ['at once', '100%'],
  ['in steps', '10% for 2s, 50% for 2s, 100%'],
  ['linear', '25% every 2s'],
])(
  'blue-green, %s, while changes take up to 5 s to reach all of the load balancer: no request is lost',
  async (_, traffic) => {
    const behaviour = { ruleLagMs: [0, LAG_MS] as const }
    const rollout = await rollOut({ servers: 2, green: {}, behaviour }, step({ traffic, ...SETTLE }))
    expect(failuresIn(rollout.counts)).toEqual([])
    expect(rollout.weights).toEqual({ production: { blue: 0, green: 100 } })
    expect(versionsOf(rollout)).toEqual(BOTH)
    expect(rollout.result).toMatchObject({
      exitCode: 0,
      outputs: {
        outcome: 'succeeded',
        version: NEW,
        'previous-version': OLD,
        'live-target-group': 'green',
        'servers-updated': '2',
      },
    })
    expect(Object.keys(rollout.counts.servedByVersion)).toEqual([OLD, NEW])
    // Nothing is taken out of the load balancer, or put into it.
    expect(rollout.calls).not.toHaveProperty('DeregisterTargets')
  },
  PATIENCE_MS,
)

test.concurrent(
  'blue-green with a version that breaks in use: only requests of its share are lost, none once the weights are back',
  async () => {
    const behaviour = { ruleLagMs: [0, 2_000] as const }
    const badVersions = [{ version: NEW, fault: 'breaks-in-use' }] as const
    const rollout = await rollOut({ servers: 2, green: {}, behaviour, badVersions }, (stage) =>
      step({
        traffic: '10% for 5s, 100%',
        'settle-time': '2s',
        'smoke-url': `${stage.controlUrl}/{id}`,
      })(stage),
    )
    expect(lostOtherwise(rollout, { version: NEW, settleSeconds: 1 })).toEqual([])
    expect(rollout.counts.failed).toBeGreaterThan(0)
    expect(rollout.weights).toEqual({ production: { blue: 1, green: 0 } })
    expect(rollout.result).toMatchObject({
      exitCode: 1,
      outputs: { outcome: 'rolled-back', version: OLD, 'live-target-group': 'blue', 'failed-step': 'hold' },
    })
    expect(rollout.result.summary).toMatch(/^## ⏪ Rolled back: smoke test failed/)
  },
  PATIENCE_MS,
)

test.concurrent(
  'held, promoted by a job after the approval, rolled back days later: the very weights, and no request lost',
  async () => {
    const seen: Rollout['weights'][] = []
    const rollout = await rollOut({ servers: 2, green: {} }, async (stage) => {
      const held = await step({ traffic: '10%' })(stage)
      expect(held).toMatchObject({ exitCode: 0, outputs: { outcome: 'held' } })
      seen.push(weightsNow(stage))
      const inputs = { ...BARE, mode: 'promote', 'rollout-id': held.outputs['rollout-id'] ?? '' }
      const promoted = await stage.run(inputs, LATER).ended
      expect(promoted).toMatchObject({
        exitCode: 0,
        outputs: { outcome: 'succeeded', version: NEW, 'rollout-id': held.outputs['rollout-id'] },
      })
      seen.push(weightsNow(stage))
      return stage.run({ ...BARE, mode: 'rollback', 'rollout-id': 'latest' }, LATER).ended
    })
    expect(failuresIn(rollout.counts)).toEqual([])
    expect(seen).toEqual([{ production: { blue: 90, green: 10 } }, { production: { blue: 0, green: 100 } }])
    expect(rollout.weights).toEqual({ production: { blue: 1, green: 0 } })
    expect(rollout.result).toMatchObject({
      exitCode: 0,
      outputs: { outcome: 'succeeded', version: OLD, 'live-target-group': 'blue' },
    })
  },
  PATIENCE_MS,
)

test.concurrent(
  'several routes and a test listener: it is asked before the shift, and left alone',
  async () => {
    const green = {
      attached: true,
      paths: ['/api/*'],
      listeners: { internal: 'blue', test: 'green' },
    } as const
    const rollout = await rollOut({ servers: 2, green }, (stage) =>
      step({ 'smoke-url': `${stage.route('test').data.url}/`, 'smoke-body': '{version}' })(stage),
    )
    expect(failuresIn(rollout.counts)).toEqual([])
    expect(rollout.result.outputs).toMatchObject({ outcome: 'succeeded' })
    const moved = { blue: 0, green: 100 }
    expect(rollout.weights).toEqual({
      production: moved,
      '/api/*': moved,
      internal: moved,
      test: { green: 1 },
    })
    const { stdout } = rollout.result
    const asked = stdout.indexOf('smoke test passed')
    expect(asked).toBeGreaterThan(0)
    expect(asked).toBeLessThan(stdout.indexOf('100% of the traffic goes to green now'))
  },
  PATIENCE_MS,
)

const HALF = /^50% of the traffic goes to green now/
const HALFWAY = { ...SHIFT_INPUTS, traffic: '50% for 60s, 100%' }

function weightsNow(stage: Stage): Rollout['weights'] {
  return Object.fromEntries(stage.routes.map(({ name }) => [name, stage.weights(name)]))
}

/** Runs main until half of the traffic is on green. */
async function halfway(stage: Stage) {
  let reached = () => {}
  const there = new Promise<void>((resolve) => {
    reached = resolve
  })
  const run = stage.run(HALFWAY, { onLine: (line) => HALF.test(line) && reached() })
  await there
  return run
}

test.concurrent(
  'cancelled with half of the traffic on green: all of it is back before the runner kills',
  async () => {
    const rollout = await rollOut({ servers: 2, green: {} }, async (stage) => {
      const run = await halfway(stage)
      const cancelledAt = performance.now()
      const ended = await run.cancel()
      expect(performance.now() - cancelledAt).toBeLessThan(7_500)
      return ended
    })
    expect(failuresIn(rollout.counts)).toEqual([])
    expect(rollout.weights).toEqual({ production: { blue: 1, green: 0 } })
    expect(rollout.result).toMatchObject({ exitCode: 1, outputs: { outcome: 'interrupted' }, leftBehind: [] })
    expect(rollout.result.outputs.reason).toContain('1.0.1 (blue) carries all traffic')
  },
  PATIENCE_MS,
)

test.concurrent.each(['its post step', 'a follow-up job'] as const)(
  'killed with half of the traffic on green: %s takes it back',
  async (rescuer) => {
    const tags: string[] = []
    const rollout = await rollOut({ servers: 2, green: {} }, async (stage) => {
      const killed = await (await halfway(stage)).kill()
      expect(killed.outputs.outcome).toBe('interrupted')
      const rescue =
        rescuer === 'its post step'
          ? stage.run(HALFWAY, { postOf: killed })
          : stage.run({ ...BARE, mode: 'recover' }, { environment: { GITHUB_JOB: 'recover' } })
      const ended = await rescue.ended
      for (const { arn } of stage.groups) tags.push(...Object.keys(stage.simulator.tags(arn)))
      return ended
    })
    expect(failuresIn(rollout.counts)).toEqual([])
    expect(rollout.weights).toEqual({ production: { blue: 1, green: 0 } })
    expect(tags.filter((key) => /:(owner|out):/.test(key))).toEqual([])
    expect(rollout.result.summary).toMatch(
      /^## ✅ Succeeded: rollout \S+ did not end&#58; all traffic is back on 1\.0\.1/,
    )
  },
  PATIENCE_MS,
)

test.concurrent(
  'dry-run of a shift: the plan, and nothing is changed',
  async () => {
    const rollout = await rollOut(
      { servers: 2, green: {} },
      step({ 'dry-run': 'true', traffic: '10% for 5m, 100%' }),
    )
    expect(Object.keys(rollout.calls).filter((action) => !action.startsWith('Describe'))).toEqual([])
    expect(rollout.result).toMatchObject({ exitCode: 0, outputs: { outcome: 'planned' } })
    expect(rollout.result.stdout).toContain('Shift 10% to green, about 5 m')
    expect(rollout.result.summary).toMatch(
      /^## 📋 Planned: the traffic would be shifted to 1\.0\.2 &#40;10%, 100%&#41;/,
    )
  },
  PATIENCE_MS,
)
