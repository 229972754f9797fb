import { readFileSync } from 'node:fs'
import { CommandInvocationStatus, CommandStatus } from '@aws-sdk/client-ssm'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { Course } from '../../simulator/ssm/course.ts'
import type { SsmBehaviour } from '../../simulator/ssm/options.ts'
import { invocationFrom, sentCommandFrom } from '../../src/updaters/ssm-mapping.ts'
import { isComplete, isOver, isWaiting, verdictOn } from '../../src/updaters/ssm-verdict.ts'
import { always, forServers, idOf, instance, instances, SsmSetting } from './ssm-setting.ts'

afterEach(() => SsmSetting.closeAll())

const A = idOf(0)
const SECOND = 1_000

async function resultOf(course: Course, behaviour: Partial<SsmBehaviour> = {}, timeoutMs = 60_000) {
  const setting = await SsmSetting.open({ run: always(course), behaviour })
  const startedAt = setting.clock.now()
  const result = (await setting.update([instance(A)], { timeoutMs }))[A]
  const { ok, reason, ended } = { ok: true, reason: undefined, ended: undefined, ...result }
  return { ok, reason, ended, seconds: Math.round((setting.clock.now() - startedAt) / SECOND), setting }
}

const AWAY = 'not delivered in time: the SSM agent does not answer'
const UNKNOWN = '; it may have begun, and may still run'

describe.each(['Two Words', 'OneWord'] as const)('details as %j', (details) => {
  test.each<[string, Course, string, boolean]>([
    ['Failed', { exitCode: 3 }, 'exit code 3', true],
    ['Failed, without an exit code', { refused: 'Failed' }, 'failed without an exit code', true],
    ['Execution Timed Out', { runMs: 'forever' }, 'no end within 1 m, killed by the SSM agent', true],
    [
      'Execution Timed Out, but killed by others',
      { runMs: 5 * SECOND, exitCode: 137 },
      'killed after 5 s (exit code 137), as when memory runs out',
      true,
    ],
    ['Delivery Timed Out', { deliveryMs: 'never' }, AWAY, true],
    ['Delivery Timed Out, from Delayed', { deliveryMs: 'never', waitsAs: 'Delayed' }, AWAY, true],
    [
      'Delivery Timed Out, from In Progress',
      { deliveryMs: 'never', waitsAs: 'InProgress' },
      AWAY + UNKNOWN,
      false,
    ],
    [
      'Undeliverable',
      { refused: 'Undeliverable' },
      'could not be delivered: the instance is gone, or its SSM agent does not answer',
      true,
    ],
    [
      'Access Denied',
      { refused: 'AccessDenied' },
      'access denied: the credentials lack the permission ssm:SendCommand for this instance',
      true,
    ],
    [
      'Invalid Platform',
      { refused: 'InvalidPlatform' },
      'the document is not for the platform of this instance',
      true,
    ],
    ['Terminated', { refused: 'Terminated' }, 'given up by Systems Manager before it began', true],
  ])('%s', async (_, course, reason, ended) => {
    expect(await resultOf(course, { details })).toMatchObject({ ok: false, reason, ended })
  })

  test('Rate Exceeded, of which no invocation tells', async () => {
    expect(await resultOf({}, { details, pendingLimit: 0 })).toMatchObject({
      reason: 'too many commands are pending in this account',
      ended: true,
    })
  })
})

test.each<[string, Course]>([
  ['Pending', { deliveryMs: 20 * SECOND }],
  ['Delayed', { deliveryMs: 20 * SECOND, waitsAs: 'Delayed' }],
  ['In Progress', { deliveryMs: 20 * SECOND, waitsAs: 'InProgress', runMs: 30 * SECOND }],
])('%s is no end', async (_, course) => {
  const { ok, seconds } = await resultOf(course)
  expect(ok).toBe(true)
  expect(seconds).toBeGreaterThan(20)
})

test('Cancelled by somebody else, also while it is Cancelling for a while', async () => {
  const setting = await SsmSetting.open({ run: always({ runMs: 'forever', cancelMs: 15 * SECOND }) })
  setting.clock.schedule(setting.clock.now() + 10 * SECOND, () => cancelAll(setting))
  const results = await setting.update(instances(2))
  const result = { ok: false, reason: 'cancelled by somebody else', ended: true }
  expect(Object.values(results)).toEqual([expect.objectContaining(result), expect.objectContaining(result)])
})

test('Success after Cancelling is success', async () => {
  const run = always({ runMs: 20 * SECOND, cancelMs: 'never' })
  const setting = await SsmSetting.open({ run })
  setting.clock.schedule(setting.clock.now() + 10 * SECOND, () => cancelAll(setting))
  expect(await setting.update([instance(A)])).toEqual({ [A]: { ok: true } })
})

function cancelAll({ ssm }: SsmSetting): void {
  for (const { invocations } of ssm.commands) for (const invocation of invocations) invocation.cancel()
}

test('an agent that was not heard of again may still run it, whatever Systems Manager says', async () => {
  const { reason, ended } = await resultOf({ runMs: 'lost' })
  expect(ended).toBe(false)
  expect(reason).toBe(AWAY + UNKNOWN)
})

test('an agent that is away is not waited for longer than a delivery takes, in either reading', async () => {
  const run = { deliveryMs: 'never' } as const
  const early = await resultOf(run, {}, 3_600_000)
  expect(early).toMatchObject({ reason: AWAY, ended: true })
  expect(early.seconds).toBeLessThan(150)
  const late = await resultOf(run, { deliveryTimesOutAfter: 'total' }, 3_600_000)
  expect(late).toMatchObject({
    reason: 'not delivered within 2 m: the SSM agent does not answer, cancelled',
    ended: true,
  })
  expect(late.seconds).toBeLessThan(180)
})

test('one of many that does not answer keeps nobody else waiting for its result', async () => {
  const B = idOf(1)
  const setting = await SsmSetting.open({ run: forServers({ [B]: { deliveryMs: 'never' } }) })
  setting.told.ended = (id, result) => {
    setting.told.results.set(id, result)
    if (id !== B) expect(setting.told.results.has(B)).toBe(false)
  }
  const results = await setting.update(instances(3))
  expect(results[A]).toEqual({ ok: true })
  expect(results[B]).toMatchObject({ reason: AWAY })
})

test('a command is not seen at first', async () => {
  const { ok } = await resultOf({ runMs: 100 }, { visibleAfterMs: 10 * SECOND })
  expect(ok).toBe(true)
})

/** Of a command or an invocation, with whether nothing more will be told of it. */
const FINAL: Readonly<Record<string, boolean>> = {
  Pending: false,
  Delayed: false,
  InProgress: false,
  Cancelling: false,
  Success: true,
  Failed: true,
  Cancelled: true,
  TimedOut: true,
  DeliveryTimedOut: true,
  ExecutionTimedOut: true,
  Undeliverable: true,
  Terminated: true,
  AccessDenied: true,
  InvalidPlatform: true,
  Incomplete: true,
  RateExceeded: true,
  LimitExceeded: true,
  NoInstancesInTag: true,
}

describe('what the SDK and its reference know', () => {
  const reference = readFileSync('node_modules/@aws-sdk/client-ssm/dist-types/models/models_1.d.ts', 'utf8')
  const inOneWord = (status: string) => status.replaceAll(' ', '')

  test.each(Object.values({ ...CommandInvocationStatus, ...CommandStatus }))('the status %s', (status) => {
    expect(FINAL).toHaveProperty(status)
  })

  /** `<p>Delivery Timed Out: The command …` in the lists of StatusDetails; `<code>LimitExceeded</code>` in filters. */
  const details = [
    ...[...reference.matchAll(/<p>([A-Z]\w+(?: [A-Z]\w+)*): (?:The|One|You|This)/g)].map(
      ([, name = '']) => name,
    ),
    ...[...reference.matchAll(/^ *\* *<code>([A-Z]\w+)<\/code>$/gm)].map(([, name = '']) => name),
  ].filter((name) =>
    /^(?:In Progress|InProgress|Pending|Success|Failed|Cancell\w+)$|Timed|Exceeded|Undel|Termin|Incompl|Denied|Delayed|Platform$|InTag/.test(
      name,
    ),
  )

  test('has been found', () => {
    expect(new Set(details.map(inOneWord)).size).toBeGreaterThan(12)
  })

  test.each([...new Set(details)])('the detail %s', (detail) => {
    expect(FINAL).toHaveProperty(inOneWord(detail))
  })
})

describe.each(Object.entries(FINAL))('%s', (state, isFinal) => {
  const verdict = verdictOn({ server: A, state }, { mayHaveBegun: false })

  test(`${isFinal ? 'is' : 'is not'} an end of a server`, () => {
    expect(verdict !== undefined).toBe(isFinal)
    expect(isComplete(state)).toBe(isFinal)
    expect(isOver(state)).toBe(isFinal && state !== 'Success')
    expect(isWaiting({ state })).toBe(['Pending', 'Delayed'].includes(state))
  })

  test('is no doubt by itself, and is one where it may have begun and nothing says that it was ended', () => {
    if (verdict === undefined || verdict.ok) return
    expect(verdict).toMatchObject({ ended: true, reason: expect.stringMatching(/^.{10}/) })
    const step = { startedAt: 1, output: '' }
    const later = verdictOn({ server: A, state, step }, { mayHaveBegun: true })
    expect(later).toMatchObject({ ok: false, ended: false })
  })
})

describe('details that are new one day', () => {
  test.each(['InProgress', 'Failed', 'Cancelled'] as const)('say no more than the status: %s', (Status) => {
    const StatusDetails = 'Put Off'
    expect(invocationFrom({ InstanceId: A, Status, StatusDetails })).toEqual({ server: A, state: Status })
    expect(sentCommandFrom({ Status, StatusDetails })).toMatchObject({ state: Status })
  })

  test('and a status that is new is no end', () => {
    const Status = 'Paused' as 'Pending'
    const { state } = invocationFrom({ InstanceId: A, Status })
    expect(verdictOn({ server: A, state }, { mayHaveBegun: false })).toBeUndefined()
  })
})
