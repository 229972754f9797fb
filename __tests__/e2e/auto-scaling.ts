import { expect, test } from '@jest/globals'
import { failuresIn } from '../../demo/load.ts'
import { INPUTS, NEW, rollOut } from '../../demo/rehearsal.ts'
import type { Stage } from '../../demo/stage.ts'
import type { AutoScalingGroupSettings } from '../../simulator/auto-scaling/group.ts'
import { PATIENCE_MS } from './expected.ts'

const SLOW_UPDATE = 'echo begun; sleep 2; node demo/update.mjs'

/** The servers of the stage belong to a group that replaces what is out of the load balancer. */
function addScalingGroup(
  { autoScaling, fleet, groupArn }: Stage,
  change: Partial<AutoScalingGroupSettings> = {},
): void {
  autoScaling.addGroup({
    name: 'web',
    instances: fleet.servers.map(({ id }) => id),
    targetGroups: [{ groupArn }],
    // There are no more machines; and what was suspended before is to stay so.
    suspended: ['Launch'],
    ...change,
  })
}

test.concurrent(
  'servers of an Auto Scaling group: none is replaced, no request is lost, and the group goes on',
  async () => {
    const suspended: string[][] = []
    const rollout = await rollOut({ servers: 4 }, async (stage) => {
      addScalingGroup(stage)
      const inputs = { ...INPUTS, 'update-command': SLOW_UPDATE }
      const note = (line: string) => {
        if (line.endsWith('] begun')) suspended.push(stage.autoScaling.suspended('web'))
      }
      const result = await stage.run(inputs, { onLine: note }).ended
      suspended.push(stage.autoScaling.suspended('web'))
      expect(stage.autoScaling.activities('web')).toEqual([])
      return result
    })
    expect(failuresIn(rollout.counts)).toEqual([])
    expect(rollout.result).toMatchObject({ exitCode: 0, outputs: { outcome: 'succeeded' } })
    expect(rollout.versions).toEqual(Array(4).fill(NEW))
    expect(suspended[0]).toContain('Terminate')
    expect(suspended.at(-1)).toEqual(['Launch'])
    expect(rollout.result.stdout).toContain('suspended in Auto Scaling group web: AZRebalance, HealthCheck')
  },
  PATIENCE_MS,
)

const once = (work: () => unknown): (() => void) => {
  let isDone = false
  return () => {
    if (!isDone) work()
    isDone = true
  }
}

/** The last server of the stage is launched later: answers what registers it then. */
async function withOneToCome({ simulator, groupArn, fleet }: Stage): Promise<() => Promise<object>> {
  const last = fleet.servers.at(-1)?.id
  const target = simulator.targets(groupArn).find(({ Id }) => Id === last)
  const request = { TargetGroupArn: groupArn, Targets: [{ Id: target?.Id, Port: target?.Port }] }
  const isGone = new Promise<void>((resolve) => {
    const stop = simulator.observe((event) => {
      if (event.type !== 'state' || event.target.Id !== last || event.to !== 'unregistered') return
      stop()
      resolve()
    })
  })
  await simulator.call('DeregisterTargets', request)
  await isGone
  return () => simulator.call('RegisterTargets', request)
}

test.concurrent(
  'a server that an Auto Scaling group launches meanwhile is updated before the version is asked for and bakes',
  async () => {
    const rollout = await rollOut({ servers: 3 }, async (stage) => {
      // Else it replaced the one that is not in yet.
      addScalingGroup(stage, { healthCheckType: 'EC2' })
      const arrive = once(await withOneToCome(stage))
      const inputs = {
        ...INPUTS,
        'update-command': SLOW_UPDATE,
        'smoke-url': `${stage.data.url}/`,
        'smoke-body': '{version}',
        'bake-time': '2s',
      }
      const note = (line: string) => {
        if (line.endsWith('] begun')) arrive()
      }
      return stage.run(inputs, { onLine: note }).ended
    })
    expect(failuresIn(rollout.counts)).toEqual([])
    expect(rollout.result.outputs).toMatchObject({
      outcome: 'succeeded',
      reason: `${NEW} runs on all 3 servers`,
    })
    expect(rollout.versions).toEqual(Array(3).fill(NEW))
    expect(rollout.result.stdout).toContain('came while this was under way, and follow')
    expect(rollout.result.stdout).toContain('batch 3 of 3')
  },
  PATIENCE_MS,
)

test.concurrent(
  'killed in the middle of an update: the post step puts back what was out, and lets the Auto Scaling group go on',
  async () => {
    const rollout = await rollOut({ servers: 4 }, async (stage) => {
      addScalingGroup(stage)
      let reached = () => {}
      const there = new Promise<void>((resolve) => {
        reached = resolve
      })
      const inputs = { ...INPUTS, 'update-command': SLOW_UPDATE }
      const run = stage.run(inputs, { onLine: (line) => line.endsWith('] begun') && reached() })
      await there
      const killed = await run.kill()
      expect(stage.autoScaling.suspended('web')).toContain('Terminate')
      const post = await stage.run(INPUTS, { postOf: killed }).ended
      expect(stage.autoScaling.suspended('web')).toEqual(['Launch'])
      expect(stage.autoScaling.activities('web')).toEqual([])
      return post
    })
    expect(failuresIn(rollout.counts)).toEqual([])
    expect(rollout.states).toEqual(Array(4).fill('healthy'))
    expect(rollout.result.summary).toContain('Auto Scaling goes on in web')
  },
  PATIENCE_MS,
)
