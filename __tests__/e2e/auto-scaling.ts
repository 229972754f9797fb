import { expect, test } from '@jest/globals'
import { failuresIn } from '../../demo/load.ts'
import { INPUTS, NEW, rollOut } from '../../demo/rehearsal.ts'
import type { Stage } from '../../demo/stage.ts'
import { PATIENCE_MS } from './expected.ts'

const SLOW_UPDATE = 'echo begun; sleep 2; node demo/update.mjs'

/** The servers of the stage belong to a group that replaces what is out of the load balancer. */
function addScalingGroup({ autoScaling, fleet, groupArn }: Stage): void {
  autoScaling.addGroup({
    name: 'web',
    instances: fleet.servers.map(({ id }) => id),
    targetGroups: [{ groupArn }],
    // There are no more machines; and what was suspended before is to stay so.
    suspended: ['Launch'],
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
