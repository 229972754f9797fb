import { afterEach, expect, test } from '@jest/globals'
import { Stage, type StageOptions } from '../../demo/stage.ts'

let stage: Stage | undefined

afterEach(() => stage?.close())

async function open(options: Partial<StageOptions>): Promise<Stage> {
  stage = await Stage.open({ servers: 2, version: '1', downMs: 1, ...options })
  return stage
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}

test('a script that Run Command brings updates the server of its agent', async () => {
  const { fleet, runCommand } = await open({ agents: {} })
  const commands = [
    'export ROLLOUT_VERSION=2 ROLLOUT_TARGET_ID="$AWS_SSM_INSTANCE_ID"',
    `${process.execPath} demo/update.mjs`,
  ]
  const InstanceIds = fleet.servers.map(({ id }) => id)
  const Parameters = { commands, workingDirectory: [process.cwd()] }
  await runCommand.ssm.call('SendCommand', { DocumentName: 'AWS-RunShellScript', InstanceIds, Parameters })
  const [command] = runCommand.ssm.commands
  await until(() => command?.completed === 2)
  expect(command?.status.detail).toBe('Success')
  expect(Object.values(fleet.versions())).toEqual(['2', '2'])
  expect(runCommand.busy).toEqual([])
})

/** All that has been published. */
function requestsTo(stage: Stage, name: string): number {
  const { cloudWatch, simulator } = stage
  const [loadBalancerArn = ''] = simulator.account.loadBalancers.keys()
  const dimensions = {
    LoadBalancer: loadBalancerArn.split(':loadbalancer/')[1] ?? '',
    TargetGroup: stage.group(name).arn.split(':').at(-1) ?? '',
  }
  const metric = { namespace: 'AWS/ApplicationELB', name: 'RequestCount', dimensions }
  const minutes = cloudWatch.metrics.read(metric, { from: 0, to: Infinity, periodMs: 60_000 })
  return [...minutes.values()].reduce((sum, { count }) => sum + count, 0)
}

test('metrics tell the requests of each group, in the minutes of the stage', async () => {
  const stage = await open({ green: {}, cloudWatch: { publicationDelayMs: 0 }, timeLapse: 600 })
  const load = stage.startLoad({ perSecond: 100, responseMs: [1, 2] })
  await until(() => load.sent >= 50)
  const { sent } = await load.stop()
  await until(() => requestsTo(stage, 'blue') === sent)
  expect(requestsTo(stage, 'green')).toBe(0)
})
