import { DescribeInstancesCommand, type DescribeInstancesCommandInput, EC2Client } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { VirtualClock } from '../../simulator/clock.ts'
import { Ec2 } from '../../simulator/ec2/ec2.ts'
import { type ServedEc2, serveEc2 } from '../../simulator/ec2/serve.ts'

const clock = new VirtualClock()
const ec2 = new Ec2({ clock })
let served: ServedEc2
let client: EC2Client

beforeAll(async () => {
  for (let index = 1; index <= 12; index++) {
    const zone = `us-east-1${index % 2 === 0 ? 'b' : 'a'}`
    ec2.addInstance(`i-${index}`, { zone, privateIpAddress: `10.0.0.${index}` })
  }
  ec2.addInstance('i-13', { zone: 'us-east-1c', ipv6Address: '2001:db8::13', state: 'stopped' })
  served = await serveEc2(ec2)
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  client = new EC2Client({ region: 'us-east-1', endpoint: served.url, credentials, maxAttempts: 1 })
})
afterAll(async () => {
  client.destroy()
  await served.close()
})

const describeInstances = (input: DescribeInstancesCommandInput) =>
  client.send(new DescribeInstancesCommand(input))

const idsIn = async (input: DescribeInstancesCommandInput) =>
  (await describeInstances(input)).Reservations?.flatMap(
    ({ Instances = [] }) => Instances.map(({ InstanceId }) => InstanceId) ?? [],
  )

describe('DescribeInstances, as the SDK speaks it', () => {
  test('by ids, in their order', async () => {
    const { Reservations = [] } = await describeInstances({ InstanceIds: ['i-13', 'i-2'] })
    expect(Reservations.flatMap(({ Instances = [] }) => Instances)).toEqual([
      {
        InstanceId: 'i-13',
        State: { Code: 80, Name: 'stopped' },
        Placement: { AvailabilityZone: 'us-east-1c' },
        Ipv6Address: '2001:db8::13',
      },
      {
        InstanceId: 'i-2',
        State: { Code: 16, Name: 'running' },
        Placement: { AvailabilityZone: 'us-east-1b' },
        PrivateIpAddress: '10.0.0.2',
      },
    ])
  })

  test('by filters, all of which must hold', async () => {
    const Filters = [
      { Name: 'instance-id', Values: ['i-1', 'i-2', 'i-3', 'i-99'] },
      { Name: 'availability-zone', Values: ['us-east-1a'] },
    ]
    expect(await idsIn({ Filters })).toEqual(['i-1', 'i-3'])
  })

  test('in pages', async () => {
    const first = await describeInstances({ MaxResults: 5 })
    expect(first.Reservations).toHaveLength(5)
    const second = await describeInstances({ MaxResults: 1_000, NextToken: first.NextToken ?? '' })
    expect(second.Reservations).toHaveLength(8)
    expect(second.NextToken).toBeUndefined()
  })

  test.each([
    [{ InstanceIds: ['i-1', 'i-77'] }, 'InvalidInstanceID.NotFound', "The instance ID 'i-77' does not exist"],
    [
      { InstanceIds: ['i-77', 'i-78'] },
      'InvalidInstanceID.NotFound',
      "The instance IDs 'i-77, i-78' do not exist",
    ],
    [{ InstanceIds: ['10.0.0.1'] }, 'InvalidInstanceID.Malformed', 'Invalid id: "10.0.0.1"'],
    [{ InstanceIds: ['i-1'], MaxResults: 10 }, 'InvalidParameterCombination', /maxResults/],
    [{ MaxResults: 3 }, 'InvalidParameterValue', /maxResults/],
    [{ NextToken: 'x' }, 'InvalidNextToken', /x/],
    [{ Filters: [{ Name: 'colour', Values: ['red'] }] }, 'InvalidParameterValue', /colour/],
    [
      { Filters: [{ Name: 'instance-id', Values: Array.from({ length: 201 }, (_, at) => `i-${at}`) }] },
      'FilterLimitExceeded',
      /200/,
    ],
  ])('refuses %j', async (input, name, message) => {
    const error = await describeInstances(input).catch((caught) => caught)
    expect(error).toMatchObject({ name, $metadata: { httpStatusCode: 400 } })
    expect(error.message).toMatch(message)
  })

  test.each([
    [{ deny: ['DescribeInstances'] }, 'UnauthorizedOperation', 403],
    [{ throttleShare: 1 }, 'RequestLimitExceeded', 503],
    [{ errorShare: 1 }, 'Unavailable', 503],
  ])('fails on request: %j', async (faults, name, httpStatusCode) => {
    ec2.faults = faults
    const error = await describeInstances({}).catch((caught) => caught)
    ec2.faults = {}
    expect(error).toMatchObject({ name, $metadata: { httpStatusCode } })
  })

  test('takes its time on its clock', async () => {
    ec2.faults = { latencyMs: 2_000 }
    const answered = ec2.call('DescribeInstances', {})
    await clock.run(answered)
    ec2.faults = {}
    expect(clock.now()).toBe(2_000)
  })
})

test('knows nothing else', async () => {
  await expect(ec2.call('TerminateInstances', {})).rejects.toMatchObject({ code: 'InvalidAction' })
})
