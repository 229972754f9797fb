import {
  CancelCommandCommand,
  DescribeInstanceInformationCommand,
  type DescribeInstanceInformationCommandInput,
  GetCommandInvocationCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  type ListCommandsCommandInput,
  SendCommandCommand,
  SSMClient,
} from '@aws-sdk/client-ssm'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { VirtualClock } from '../../simulator/clock.ts'
import { type ServedSsm, serveSsm } from '../../simulator/ssm/serve.ts'
import { Ssm } from '../../simulator/ssm/ssm.ts'

const START = Date.UTC(2026, 10, 23)
const IDS = Array.from({ length: 60 }, (_, index) => `i-${index}`)

let clock: VirtualClock
let ssm: Ssm
let served: ServedSsm
let client: SSMClient
beforeEach(async () => {
  clock = new VirtualClock(START)
  ssm = new Ssm({
    clock,
    run: () => ({ stdout: 'o'.repeat(30_000), stderr: 'e'.repeat(9_000), exitCode: 3 }),
  })
  for (const id of IDS) ssm.addNode(id, id === 'i-7' ? { ping: 'ConnectionLost' } : {})
  served = await serveSsm(ssm)
  client = new SSMClient({
    endpoint: served.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  })
})
afterEach(async () => {
  client.destroy()
  await served.close()
})

const send = (InstanceIds = ['i-1']) =>
  client.send(
    new SendCommandCommand({
      DocumentName: 'AWS-RunShellScript',
      InstanceIds,
      Parameters: { commands: ['x'] },
      Comment: 'ä 𝄞',
    }),
  )

test('the SDK reads what it sends: ids, dates, maps', async () => {
  const { Command } = await send(['i-1', 'i-2'])
  expect(Command).toMatchObject({
    CommandId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    Comment: 'ä 𝄞',
    Status: 'Pending',
    Parameters: { commands: ['x'] },
    RequestedDateTime: new Date(START),
    InstanceIds: ['i-1', 'i-2'],
    TimeoutSeconds: 3600,
  })
})

test('a command is not seen at first', async () => {
  const { Command: { CommandId } = {} } = await send()
  const get = () => client.send(new GetCommandInvocationCommand({ CommandId, InstanceId: 'i-1' }))
  await expect(get()).rejects.toMatchObject({ name: 'InvocationDoesNotExist' })
  const list = () => client.send(new ListCommandInvocationsCommand({ CommandId }))
  expect((await list()).CommandInvocations).toEqual([])
  await clock.advance(500)
  expect(await get()).toMatchObject({ Status: 'InProgress', ResponseCode: -1, StandardOutputContent: '' })
  expect((await list()).CommandInvocations).toMatchObject([{ Status: 'InProgress', CommandPlugins: [] }])
})

test('output is cut, by step and in lists', async () => {
  const { Command: { CommandId } = {} } = await send()
  await clock.advance(5_000)
  const get = (PluginName?: string) =>
    client.send(new GetCommandInvocationCommand({ CommandId, InstanceId: 'i-1', PluginName }))
  const { StandardOutputContent, StandardErrorContent, ResponseCode } = await get('aws:runShellScript')
  expect([StandardOutputContent?.length, StandardErrorContent?.length, ResponseCode]).toEqual([
    24_000, 8_000, 3,
  ])
  await expect(get('other')).rejects.toMatchObject({ name: 'InvalidPluginName' })
  const list = await client.send(new ListCommandInvocationsCommand({ CommandId, Details: true }))
  const [plugin] = list.CommandInvocations?.[0]?.CommandPlugins ?? []
  expect(plugin).toMatchObject({ Name: 'aws:runShellScript', Status: 'Failed', ResponseCode: 3 })
  expect(plugin?.ResponseStartDateTime).toEqual(new Date(START + 100))
  expect(plugin?.ResponseFinishDateTime).toEqual(new Date(START + 1_100))
  expect(plugin?.Output).toHaveLength(2_500)
  expect(plugin?.Output).toMatch(/o\n---Output truncated---$/)
})

test('lists come in pages', async () => {
  for (let count = 0; count < 3; count++) await send([`i-${count}`])
  await clock.advance(5_000)
  const first = await client.send(new ListCommandsCommand({ MaxResults: 2 }))
  const { NextToken } = first
  const second = await client.send(new ListCommandsCommand({ MaxResults: 2, NextToken }))
  const nodes = [...(first.Commands ?? []), ...(second.Commands ?? [])].map(
    ({ InstanceIds }) => InstanceIds?.[0],
  )
  expect(nodes).toEqual(['i-2', 'i-1', 'i-0'])
  expect(second.NextToken).toBeUndefined()
})

test('lists are filtered', async () => {
  await send(['i-1'])
  await clock.advance(60_000)
  const { Command } = await send(['i-2'])
  await clock.advance(500)
  const ids = async (input: ListCommandsCommandInput) =>
    (await client.send(new ListCommandsCommand(input))).Commands?.map(({ InstanceIds }) => InstanceIds?.[0])
  expect(await ids({ InstanceId: 'i-1' })).toEqual(['i-1'])
  expect(await ids({ CommandId: Command?.CommandId ?? '' })).toEqual(['i-2'])
  const after = new Date(START + 30_000).toISOString().replace('.000', '')
  expect(await ids({ Filters: [{ key: 'InvokedAfter', value: after }] })).toEqual(['i-2'])
  expect(await ids({ Filters: [{ key: 'InvokedBefore', value: after }] })).toEqual(['i-1'])
  expect(await ids({ Filters: [{ key: 'ExecutionStage', value: 'Executing' }] })).toEqual(['i-2'])
  expect(await ids({ Filters: [{ key: 'Status', value: 'Failed' }] })).toEqual(['i-1'])
  expect(await ids({ Filters: [{ key: 'DocumentName', value: 'other' }] })).toEqual([])
})

test('nodes come in tens, and are found by id', async () => {
  const describe = async (input: DescribeInstanceInformationCommandInput) =>
    client.send(new DescribeInstanceInformationCommand(input))
  expect((await describe({})).InstanceInformationList).toHaveLength(10)
  expect((await describe({ MaxResults: 50 })).NextToken).toBeDefined()
  const Filters = [{ Key: 'InstanceIds', Values: ['i-6', 'i-7', 'i-99'] }]
  expect((await describe({ Filters })).InstanceInformationList).toMatchObject([
    { InstanceId: 'i-6', PingStatus: 'Online', LastPingDateTime: new Date(START), PlatformType: 'Linux' },
    { InstanceId: 'i-7', PingStatus: 'ConnectionLost' },
  ])
  const lost = [{ Key: 'PingStatus', Values: ['ConnectionLost'] }]
  expect((await describe({ Filters: lost })).InstanceInformationList).toHaveLength(1)
})

describe('errors', () => {
  const names = async () => {
    const error = await send().then(
      () => undefined,
      (reason) => reason,
    )
    return [error?.name, error?.$metadata?.httpStatusCode]
  }

  test('have the names of the API', async () => {
    ssm.faults = { throttleShare: 1 }
    expect(await names()).toEqual(['ThrottlingException', 400])
    ssm.faults = { deny: ['SendCommand'] }
    expect(await names()).toEqual(['AccessDeniedException', 400])
    ssm.faults = { errorShare: 1 }
    expect(await names()).toEqual(['InternalServerError', 500])
    ssm.faults = {}
    await expect(client.send(new CancelCommandCommand({ CommandId: 'x' }))).rejects.toMatchObject({
      name: 'InvalidCommandId',
    })
  })

  test('a reset is a broken connection', async () => {
    ssm.faults = { resetShare: 1 }
    await expect(send()).rejects.toThrow('ECONNRESET')
    ssm.faults = {}
    expect(ssm.commands).toEqual([])
    await send()
    expect(served.calls()).toEqual({ SendCommand: 2 })
  })

  test('are answered to what is no call too', async () => {
    const post = async (target: string, body: string) => {
      const headers = { 'x-amz-target': target }
      const response = await fetch(served.url, { method: 'POST', headers, body })
      return [response.status, ((await response.json()) as { __type: string }).__type]
    }
    expect(await post('AmazonSSM.ListCommands', '[')).toEqual([400, 'SerializationException'])
    expect(await post('AmazonSSM.ListCommands', '1')).toEqual([400, 'SerializationException'])
    expect(await post('AmazonEC2.ListCommands', '{}')).toEqual([400, 'UnknownOperationException'])
    expect(await post('AmazonSSM.Nothing', '{}')).toEqual([400, 'UnknownOperationException'])
  })

  test.each([
    ['expired', 'ExpiredTokenException'],
    ['unknown', 'UnrecognizedClientException'],
  ] as const)('keys that are %s are not taken, when it is asked for', async (state, name) => {
    const guarded = await serveSsm(ssm, { sessions: { stateOf: () => state } })
    const { url } = guarded
    const other = new SSMClient({
      endpoint: url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    })
    await expect(other.send(new ListCommandsCommand({}))).rejects.toMatchObject({ name })
    other.destroy()
    await guarded.close()
  })
})
