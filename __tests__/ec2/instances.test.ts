import { EC2Client } from '@aws-sdk/client-ec2'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { VirtualClock } from '../../simulator/clock.ts'
import { Ec2 } from '../../simulator/ec2/ec2.ts'
import { type ServedEc2, serveEc2 } from '../../simulator/ec2/serve.ts'
import { instancesFrom } from '../../src/action/wire-outside.ts'
import type { Settings } from '../../src/domain/settings.ts'
import { createInstances } from '../../src/ec2/instances.ts'

let ec2: Ec2
let served: ServedEc2
let client: EC2Client

beforeEach(async () => {
  ec2 = new Ec2({ clock: new VirtualClock() })
  served = await serveEc2(ec2)
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  client = new EC2Client({ region: 'eu-west-1', endpoint: served.url, credentials, maxAttempts: 1 })
})
afterEach(async () => {
  client.destroy()
  await served.close()
})

const placesOf = (ids: readonly string[], signal?: AbortSignal) =>
  createInstances(client).describePlaces(ids, signal)

test('tells zone and address of those that are known, whatever else was asked for', async () => {
  ec2.addInstance('i-1', { zone: 'eu-west-1a', privateIpAddress: '10.0.0.1' })
  ec2.addInstance('i-2', { zone: 'eu-west-1b', ipv6Address: '2001:db8::1' })
  ec2.addInstance('i-3', { zone: 'eu-west-1b', privateIpAddress: '10.0.0.3', state: 'terminated' })
  ec2.addInstance('i-9', { zone: 'eu-west-1c', privateIpAddress: '10.0.0.9' })
  expect(await placesOf(['i-1', 'i-2', 'i-3', 'i-4'])).toEqual(
    new Map([
      ['i-1', { zone: 'eu-west-1a', ip: '10.0.0.1' }],
      ['i-2', { zone: 'eu-west-1b', ip: '2001:db8::1' }],
      ['i-3', { zone: 'eu-west-1b' }],
    ]),
  )
})

test('a thousand, in a handful of calls', async () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => `i-${index}`)
  for (const id of ids) ec2.addInstance(id, { zone: 'eu-west-1a', privateIpAddress: '10.0.0.1' })
  expect([...(await placesOf(ids)).keys()]).toEqual(ids)
  expect(served.calls()).toBe(5)
})

test.each([
  [{ deny: ['DescribeInstances'] }, 'denied', /not authorized to perform: ec2:DescribeInstances/],
  [{ throttleShare: 1 }, 'transient', /Request limit exceeded/],
  [{ errorShare: 1 }, 'transient', /unavailable/],
  [{ resetShare: 1 }, 'transient', /socket hang up|ECONNRESET/],
] as const)('says what has gone wrong: %j', async (faults, failure, message) => {
  ec2.faults = faults
  await expect(placesOf(['i-1'])).rejects.toMatchObject({
    ...{ name: 'ApiError', failure, permission: 'ec2:DescribeInstances' },
    message: expect.stringMatching(message),
  })
})

test('as the action wires it, a blip is sat out', async () => {
  ec2.addInstance('i-1', { zone: 'eu-west-1a' })
  ec2.faults = { onCall: (n) => (n === 1 ? 'reject-before' : undefined) }
  const before = { ...process.env }
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_EC2: served.url,
  })
  try {
    const settings = { region: 'eu-west-1' } as Settings
    const instances = instancesFrom({ settings, clock: { now: Date.now, sleep: async () => {} } })
    expect((await instances.describePlaces(['i-1'])).size).toBe(1)
    expect(served.calls()).toBe(2)
  } finally {
    process.env = before
  }
})

test('an abort ends the question', async () => {
  const controller = new AbortController()
  controller.abort(new Error('enough'))
  await expect(placesOf(['i-1'], controller.signal)).rejects.toBeDefined()
  expect(served.calls()).toBe(0)
})
