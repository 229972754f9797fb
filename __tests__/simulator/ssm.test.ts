import { describe, expect, test } from '@jest/globals'
import { VirtualClock } from '../../simulator/clock.ts'
import type { Course } from '../../simulator/ssm/course.ts'
import type { SsmOptions } from '../../simulator/ssm/options.ts'
import { Ssm } from '../../simulator/ssm/ssm.ts'

const SECOND = 1_000
const IDS = ['i-1', 'i-2', 'i-3']

/** The service in virtual time, without HTTP. */
class Setting {
  readonly clock = new VirtualClock(Date.UTC(2026, 10, 23))
  readonly ssm: Ssm

  constructor(course: Course = {}, options: Partial<SsmOptions> = {}) {
    this.ssm = new Ssm({ clock: this.clock, run: () => course, ...options })
    for (const id of IDS) this.ssm.addNode(id)
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers as they come
  call(operation: string, input: object): Promise<any> {
    return this.clock.run(this.ssm.call(operation, input))
  }

  async send(changes: object = {}): Promise<string> {
    const answer = await this.call('SendCommand', {
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: ['i-1'],
      Parameters: { commands: ['x'], executionTimeout: ['60'] },
      ...changes,
    })
    return answer.Command.CommandId
  }

  async states(id: string): Promise<string[]> {
    const { CommandInvocations } = await this.call('ListCommandInvocations', { CommandId: id })
    return CommandInvocations.map((one: { Status: string; StatusDetails: string }) =>
      one.Status === one.StatusDetails ? one.Status : `${one.Status}/${one.StatusDetails}`,
    )
  }

  /** What is shown at these times after it was sent. */
  async statesAt(seconds: readonly number[], changes: object = {}): Promise<string[]> {
    const id = await this.send(changes)
    const sentAt = this.clock.now()
    const shown: string[] = []
    for (const second of seconds) {
      await this.clock.advance(sentAt + second * SECOND - this.clock.now())
      shown.push((await this.states(id)).join(' '))
    }
    return shown
  }
}

const error = (setting: Setting, operation: string, input: object): Promise<string> =>
  setting.call(operation, input).then(
    () => 'ok',
    (reason) => reason.code,
  )

describe('an invocation', () => {
  test.each<[string, Course, number[], string[]]>([
    ['succeeds', { runMs: 5 * SECOND }, [1, 6], ['InProgress', 'Success']],
    ['fails', { exitCode: 1 }, [3], ['Failed']],
    ['waits', { deliveryMs: 5 * SECOND }, [1, 5.5, 7], ['Pending', 'InProgress', 'Success']],
    ['is delayed', { deliveryMs: 5 * SECOND, waitsAs: 'Delayed' }, [1, 7], ['Delayed', 'Success']],
    ['hangs', { runMs: 'forever' }, [59, 61], ['InProgress', 'TimedOut/ExecutionTimedOut']],
    ['is not delivered', { deliveryMs: 'never' }, [29, 31], ['Pending', 'TimedOut/DeliveryTimedOut']],
    ['is lost', { runMs: 'lost' }, [80, 91], ['InProgress', 'TimedOut/DeliveryTimedOut']],
    ['is killed', { exitCode: 137 }, [3], ['TimedOut/ExecutionTimedOut']],
    ['is refused', { refused: 'AccessDenied' }, [1], ['Failed/AccessDenied']],
    ['cannot be delivered', { refused: 'Undeliverable' }, [1], ['Failed/Undeliverable']],
    ['is for others', { refused: 'InvalidPlatform' }, [1], ['Failed/InvalidPlatform']],
  ])('%s', async (_, course, seconds, states) => {
    expect(await new Setting(course).statesAt(seconds, { TimeoutSeconds: 30 })).toEqual(states)
  })

  test('is not delivered only after both times, in the other reading, and in two words', async () => {
    const behaviour = { deliveryTimesOutAfter: 'total', details: 'Two Words' } as const
    const setting = new Setting({ deliveryMs: 'never' }, { behaviour })
    const states = await setting.statesAt([31, 89, 91], { TimeoutSeconds: 30 })
    expect(states).toEqual(['Pending', 'Pending', 'TimedOut/Delivery Timed Out'])
  })
})

describe('a command', () => {
  test('runs on as many nodes at once as it may', async () => {
    const setting = new Setting({ runMs: 5 * SECOND })
    const changes = { InstanceIds: IDS, MaxConcurrency: '1' }
    expect(await setting.statesAt([1, 6, 20], changes)).toEqual([
      'InProgress Pending Pending',
      'Success InProgress Pending',
      'Success Success Success',
    ])
  })

  test('ends after too many errors', async () => {
    const setting = new Setting({ exitCode: 1 })
    const changes = { InstanceIds: IDS, MaxConcurrency: '1', MaxErrors: '1' }
    expect(await setting.statesAt([10], changes)).toEqual(['Failed Failed Cancelled/Terminated'])
    const { Commands } = await setting.call('ListCommands', {})
    expect(Commands).toMatchObject([
      { Status: 'Failed', StatusDetails: 'Failed', ErrorCount: 2, CompletedCount: 3, TargetCount: 3 },
    ])
  })

  test.each<[string, Course, string]>([
    ['Pending', { deliveryMs: 'never' }, 'Pending'],
    ['InProgress', { runMs: 'forever' }, 'InProgress'],
    ['Success', {}, 'Success'],
    ['Incomplete', { refused: 'Undeliverable' }, 'Failed'],
  ])('is %s', async (detail, course, status) => {
    const setting = new Setting(course)
    await setting.send()
    await setting.clock.advance(5 * SECOND)
    const { Commands } = await setting.call('ListCommands', {})
    expect(Commands).toMatchObject([{ Status: status, StatusDetails: detail }])
  })

  test('is over the limit of the account, without invocations', async () => {
    const setting = new Setting({}, { behaviour: { pendingLimit: 2 } })
    expect(await setting.statesAt([1], { InstanceIds: IDS })).toEqual([''])
    const filters = { Filters: [{ key: 'ExecutionStage', value: 'Complete' }] }
    const { Commands } = await setting.call('ListCommands', filters)
    expect(Commands).toMatchObject([{ Status: 'Failed', StatusDetails: 'RateExceeded' }])
  })
})

describe('a cancel', () => {
  const cancelled = async (course: Course, changes: object = {}) => {
    const setting = new Setting(course)
    const id = await setting.send({ InstanceIds: IDS.slice(0, 2), MaxConcurrency: '1' })
    await setting.clock.advance(SECOND)
    await setting.call('CancelCommand', { CommandId: id, ...changes })
    const soon = await setting.states(id)
    await setting.clock.advance(10 * SECOND)
    return [soon.join(' '), (await setting.states(id)).join(' ')]
  }

  test.each<[string, Course, string, string]>([
    ['takes a while', { runMs: 'forever', cancelMs: SECOND }, 'Cancelling Cancelled', 'Cancelled Cancelled'],
    ['is ignored', { runMs: 'forever', cancelMs: 'never' }, 'Cancelling Cancelling', 'Cancelling Cancelling'],
    ['comes too late', { runMs: 2 * SECOND, cancelMs: 'never' }, 'Cancelling Cancelling', 'Success Success'],
    ['is at once for what waits', { deliveryMs: 'never' }, 'Cancelled Cancelled', 'Cancelled Cancelled'],
  ])('%s', async (_, course, soon, later) => {
    expect(await cancelled(course)).toEqual([soon, later])
  })

  test('may be for some', async () => {
    expect(await cancelled({ runMs: 'forever' }, { InstanceIds: ['i-2'] })).toEqual([
      'InProgress Cancelled',
      'InProgress Cancelled',
    ])
  })
})

describe('what is refused', () => {
  test.each<[string, object]>([
    ['InvalidDocument', { DocumentName: 'x' }],
    ['InvalidInstanceId', { InstanceIds: ['i-9'] }],
    ['InvalidInstanceId', { InstanceIds: [] }],
    ['DuplicateInstanceId', { InstanceIds: ['i-1', 'i-1'] }],
    ['InvalidParameters', { Parameters: {} }],
    ['InvalidParameters', { Parameters: { commands: ['x'], color: ['red'] } }],
    ['InvalidParameters', { Parameters: { commands: ['x'], executionTimeout: ['0'] } }],
    ['InvalidParameters', { Parameters: { commands: ['x'], executionTimeout: ['172801'] } }],
    ['MaxDocumentSizeExceeded', { Parameters: { commands: ['x'.repeat(70_000)] } }],
    ['ValidationException', { InstanceIds: Array.from({ length: 51 }, (_, index) => `i-${index}`) }],
    ['ValidationException', { TimeoutSeconds: 29 }],
    ['ValidationException', { TimeoutSeconds: 2_592_001 }],
    ['ValidationException', { Comment: 'x'.repeat(101) }],
    ['ValidationException', { MaxConcurrency: '0' }],
    ['ValidationException', { MaxErrors: '101%' }],
  ])('%s for %j', async (code, changes) => {
    const setting = new Setting()
    await expect(setting.send(changes)).rejects.toMatchObject({ code, status: 400 })
    expect(setting.ssm.commands).toEqual([])
  })

  test('unknown ids, tokens and filters', async () => {
    const setting = new Setting()
    expect(await error(setting, 'CancelCommand', { CommandId: 'x' })).toBe('InvalidCommandId')
    expect(await error(setting, 'ListCommandInvocations', { CommandId: 'x' })).toBe('InvalidCommandId')
    expect(await error(setting, 'ListCommands', { NextToken: 'x' })).toBe('InvalidNextToken')
    expect(await error(setting, 'ListCommands', { MaxResults: 51 })).toBe('ValidationException')
    const stage = { Filters: [{ key: 'ExecutionStage', value: 'Complete' }] }
    expect(await error(setting, 'ListCommandInvocations', stage)).toBe('InvalidFilterKey')
    expect(await error(setting, 'DescribeInstanceInformation', { MaxResults: 4 })).toBe('ValidationException')
    expect(await error(setting, 'DescribeDocument', {})).toBe('UnknownOperationException')
    const id = await setting.send()
    expect(await error(setting, 'CancelCommand', { CommandId: id, InstanceIds: ['i-9'] })).toBe(
      'InvalidInstanceId',
    )
  })

  test('a node without a connection, or it is taken and not delivered', async () => {
    const setting = new Setting()
    setting.ssm.addNode('i-1', { ping: 'ConnectionLost' })
    await expect(setting.send()).rejects.toMatchObject({ code: 'InvalidInstanceId' })
    const other = new Setting({}, { behaviour: { lostNodes: 'accepted' } })
    other.ssm.addNode('i-1', { ping: 'ConnectionLost' })
    expect(await other.statesAt([31], { TimeoutSeconds: 30 })).toEqual(['TimedOut/DeliveryTimedOut'])
  })
})

test('faults: chances, denials, rates, and cuts before and after', async () => {
  const setting = new Setting()
  const look = () => error(setting, 'ListCommands', {})
  for (const [faults, code] of [
    [{ throttleShare: 1 }, 'ThrottlingException'],
    [{ errorShare: 1 }, 'InternalServerError'],
    [{ resetShare: 1 }, 'ECONNRESET'],
    [{ deny: ['ListCommands'] }, 'AccessDeniedException'],
    [{ onCall: () => 'reject-before' as const }, 'ECONNRESET'],
    [{ lostReplyShare: 1 }, 'ECONNRESET'],
  ] as const) {
    setting.ssm.faults = faults
    expect(await look()).toBe(code)
  }
  setting.ssm.faults = { buckets: true }
  const answers = await Promise.all(Array.from({ length: 25 }, look))
  expect(answers.filter((code) => code === 'ok')).toHaveLength(20)
  await setting.clock.advance(SECOND)
  expect(await look()).toBe('ok')
  setting.ssm.faults = { onCall: (_, action) => (action === 'SendCommand' ? 'reject-after' : undefined) }
  await expect(setting.send()).rejects.toMatchObject({ code: 'ECONNRESET' })
  expect(setting.ssm.commands).toHaveLength(1)
})
