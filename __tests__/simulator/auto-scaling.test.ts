import { expect, test } from '@jest/globals'
import { type Setting, setting } from '../auto-scaling/setting.ts'

const IDS = ['i-1', 'i-2', 'i-3']

const instances = (place: Setting) =>
  place.autoScaling.instances('web').map(({ id, lifecycle }) => `${id} ${lifecycle}`)

const targets = ({ simulator, groupArn }: Setting) =>
  simulator.targets(groupArn).map(({ Id, State }) => `${Id} ${State}`)

function takeOut({ simulator, groupArn }: Setting, Id: string): Promise<object> {
  return simulator.call('DeregisterTargets', { TargetGroupArn: groupArn, Targets: [{ Id, Port: 80 }] })
}

test('a group replaces what was taken out of the load balancer by hand', async () => {
  const place = setting({ ids: IDS })
  await takeOut(place, 'i-1')
  await place.clock.advance(10_000)
  expect(instances(place)).toEqual([
    'i-1 Terminating',
    'i-2 InService',
    'i-3 InService',
    'i-a0000001 Pending',
  ])
  await place.clock.advance(100_000)
  expect(targets(place)).toEqual(['i-2 healthy', 'i-3 healthy', 'i-a0000001 healthy'])
  await place.clock.advance(100_000)
  expect(instances(place)).toEqual(['i-2 InService', 'i-3 InService', 'i-a0000001 InService'])
  expect(place.autoScaling.activities('web')).toMatchObject([{ instance: 'i-1', cause: 'unhealthy' }])
})

test.each(['HealthCheck', 'ReplaceUnhealthy', 'Terminate'] as const)(
  'not while %s is suspended',
  async (process) => {
    const place = setting({ ids: IDS })
    place.autoScaling.suspend('web', [process])
    await takeOut(place, 'i-1')
    await place.clock.advance(600_000)
    expect(place.autoScaling.activities('web')).toEqual([])
  },
)

test('what was marked while only the replacement was suspended is replaced when it goes on', async () => {
  const place = setting({ ids: IDS })
  place.autoScaling.suspend('web', ['ReplaceUnhealthy'])
  await takeOut(place, 'i-1')
  await place.clock.advance(60_000)
  await place.simulator.call('RegisterTargets', {
    TargetGroupArn: place.groupArn,
    Targets: [{ Id: 'i-1', Port: 80 }],
  })
  await place.clock.advance(60_000)
  await place.autoScaling.call('ResumeProcesses', { AutoScalingGroupName: 'web' })
  await place.clock.advance(10_000)
  expect(place.autoScaling.activities('web')).toMatchObject([{ instance: 'i-1', cause: 'unhealthy' }])
})

test('with health checks of EC2, or where AWS turns out to ignore it, it is left alone', async () => {
  const place = setting({ ids: IDS }, { behaviour: { outOfLoadBalancer: 'ignored' } })
  await takeOut(place, 'i-1')
  await place.clock.advance(600_000)
  expect(place.autoScaling.activities('web')).toEqual([])
})

test('an alarm scales out and in, but not while that is suspended', async () => {
  const place = setting({ ids: IDS })
  place.autoScaling.scaleOut('web', { by: 'AlarmNotification' })
  await place.clock.advance(120_000)
  expect(targets(place)).toHaveLength(4)
  place.autoScaling.scaleIn('web', { id: 'i-2', by: 'AlarmNotification' })
  await place.clock.advance(40_000)
  expect(targets(place).map((shown) => shown.split(' ')[0])).toEqual(['i-1', 'i-3', 'i-a0000001'])
  place.autoScaling.suspend('web', ['AlarmNotification'])
  place.autoScaling.scaleOut('web', { by: 'AlarmNotification' })
  expect(instances(place).filter((shown) => shown.endsWith('Pending'))).toEqual([])
})

test('while Terminate is suspended a group may grow, and never shrinks', async () => {
  const place = setting({ ids: IDS })
  place.autoScaling.suspend('web', ['Terminate'])
  place.autoScaling.scaleOut('web')
  place.autoScaling.scaleIn('web')
  place.autoScaling.rebalance('web')
  await place.clock.advance(120_000)
  expect(targets(place)).toHaveLength(5)
})

test('an instance that is launched while AddToLoadBalancer is suspended is not registered', async () => {
  const place = setting({ ids: IDS })
  place.autoScaling.suspend('web', ['AddToLoadBalancer'])
  place.autoScaling.scaleOut('web')
  await place.clock.advance(120_000)
  expect(targets(place)).toHaveLength(3)
})

test('answers for at most fifty ids at a time', async () => {
  const InstanceIds = Array.from({ length: 51 }, (_, index) => `i-${index}`)
  const { autoScaling } = setting({ ids: IDS })
  await expect(autoScaling.call('DescribeAutoScalingInstances', { InstanceIds })).rejects.toMatchObject({
    code: 'ValidationError',
  })
})
