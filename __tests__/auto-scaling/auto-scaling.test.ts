import { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type ServedAutoScaling, serveAutoScaling } from '../../simulator/auto-scaling/serve.ts'
import { createAutoScaling } from '../../src/auto-scaling/auto-scaling.ts'
import { type AutoScalingCalls, createAutoScalingClient } from '../../src/auto-scaling/client.ts'
import { INTERFERING } from '../../src/domain/auto-scaling.ts'
import type { AutoScaling } from '../../src/domain/ports.ts'
import { type Setting, setting } from './setting.ts'

/** Through the real SDK client over HTTP, at the endpoint that the environment names. */
const IDS = Array.from({ length: 120 }, (_, index) => `i-${index}`)

let place: Setting
let served: ServedAutoScaling
let client: AutoScalingCalls & { destroy(): void }
let autoScaling: AutoScaling
let before: NodeJS.ProcessEnv
beforeEach(async () => {
  place = setting({ ids: IDS, members: 110 })
  served = await serveAutoScaling(place.autoScaling)
  before = { ...process.env }
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_AUTO_SCALING: served.url,
  })
  client = createAutoScalingClient('us-east-1')
  autoScaling = createAutoScaling(client)
})
afterEach(async () => {
  process.env = before
  client.destroy()
  await served.close()
})

describe('members', () => {
  test('are found among many ids, in calls of fifty; those of no group are absent', async () => {
    const members = await autoScaling.describeMembers([...IDS, 'i-none'])
    expect(members.size).toBe(110)
    expect(members.get('i-109')).toEqual({
      ...{ id: 'i-109', group: 'web', lifecycle: 'InService' },
      isHealthy: true,
    })
    expect(members.has('i-110')).toBe(false)
    expect(served.calls()).toEqual({ DescribeAutoScalingInstances: 3 })
  })

  test('are read page by page', async () => {
    const small = setting({ ids: IDS.slice(0, 30) }, { behaviour: { pageSize: 7 } })
    const api = await serveAutoScaling(small.autoScaling)
    process.env.AWS_ENDPOINT_URL_AUTO_SCALING = api.url
    const own = createAutoScalingClient('us-east-1')
    expect((await createAutoScaling(own).describeMembers(IDS.slice(0, 30))).size).toBe(30)
    expect(api.calls()).toEqual({ DescribeAutoScalingInstances: 5 })
    own.destroy()
    await api.close()
  })

  test('say what their group believes of them, and where they are on their way', async () => {
    place.autoScaling.setInstance('i-1', { health: 'Unhealthy', lifecycle: 'Standby' })
    const members = await autoScaling.describeMembers(['i-1'])
    expect(members.get('i-1')).toMatchObject({ isHealthy: false, lifecycle: 'Standby' })
  })
})

describe('processes', () => {
  test('are suspended and resumed, and doing it twice is the same as once', async () => {
    for (const _ of 'twice') await autoScaling.suspend('web', INTERFERING)
    const [group] = await autoScaling.describeGroups(['web', 'none'])
    expect(group).toEqual({
      name: 'web',
      suspended: expect.arrayContaining([...INTERFERING]),
      launches: 'launch template web, version 7',
    })
    for (const _ of 'twice') await autoScaling.resume('web', ['HealthCheck', 'Terminate'])
    expect(place.autoScaling.suspended('web')).toEqual(['AZRebalance', 'InstanceRefresh', 'ReplaceUnhealthy'])
  })

  test('of a group that is not there: rejected', async () => {
    await expect(autoScaling.resume('gone', ['Terminate'])).rejects.toMatchObject({
      failure: 'rejected',
      code: 'ValidationError',
      message: 'ResumeProcesses: AutoScalingGroup name not found - null',
    })
    expect(await autoScaling.describeGroups(['gone'])).toEqual([])
  })
})

test('an instance refresh that is under way is seen, and one that has ended is not', async () => {
  expect(await autoScaling.refreshUnderWay('web')).toBeUndefined()
  place.autoScaling.startInstanceRefresh('web')
  expect(await autoScaling.refreshUnderWay('web')).toBe('InProgress')
})

describe('what goes wrong', () => {
  test('a missing permission is named', async () => {
    place.autoScaling.faults = { deny: ['SuspendProcesses'] }
    await expect(autoScaling.suspend('web', ['Terminate'])).rejects.toMatchObject({
      failure: 'denied',
      permission: 'autoscaling:SuspendProcesses',
    })
  })

  test('a throttled call, and one to a group that is busy, may be made again', async () => {
    const once = impatient()
    const plain = createAutoScaling(once)
    place.autoScaling.faults = { throttleShare: 1 }
    await expect(plain.describeGroups(['web'])).rejects.toMatchObject({ failure: 'transient' })
    place.autoScaling.faults = { errorShare: 1 }
    await expect(plain.suspend('web', ['Terminate'])).rejects.toMatchObject({ failure: 'transient' })
    place.autoScaling.faults = { resetShare: 1 }
    await expect(plain.suspend('web', ['Terminate'])).rejects.toMatchObject({ failure: 'transient' })
    once.destroy()
  })

  test('an aborted call rejects with the reason', async () => {
    const reason = new Error('cancelled')
    await expect(autoScaling.describeMembers(['i-1'], AbortSignal.abort(reason))).rejects.toBe(reason)
  })
})

/** Without the SDK's own tries. */
const impatient = () => new AutoScalingClient({ region: 'us-east-1', endpoint: served.url, maxAttempts: 1 })
