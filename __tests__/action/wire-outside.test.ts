import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { VirtualClock } from '../../simulator/clock.ts'
import { type ServedSsm, serveSsm } from '../../simulator/ssm/serve.ts'
import { Ssm } from '../../simulator/ssm/ssm.ts'
import { connectionProbe, leftUpdates, type Outside } from '../../src/action/wire-outside.ts'
import type { Clock } from '../../src/domain/ports.ts'
import { World } from '../support/world.ts'
import { never } from '../updaters/options.ts'
import { SsmSetting } from '../updaters/ssm-setting.ts'

const [A, B] = ['i-00000000000000001', 'i-00000000000000002']
const simulated = new VirtualClock(Date.UTC(2026, 10, 23))
const ssm = new Ssm({
  clock: simulated,
  run: ({ instanceId }) => ({ runMs: 'forever', cancelMs: instanceId === A ? 0 : 'never' }),
})
let served: ServedSsm

/** Time that passes only when somebody waits for it, on both sides. */
const clock: Clock = {
  now: () => simulated.now(),
  sleep: (ms) => simulated.advance(ms),
}

beforeAll(async () => {
  served = await serveSsm(ssm)
  process.env.AWS_ENDPOINT_URL_SSM = served.url
  for (const id of [A, B]) ssm.addNode(id)
})

afterAll(async () => {
  delete process.env.AWS_ENDPOINT_URL_SSM
  await served.close()
  await SsmSetting.closeAll()
})

test('a run without any input for Systems Manager ends the commands that a dead one has left', async () => {
  const settings = new World().settings({ mode: 'recover', updateCommand: 'true' })
  expect(settings).not.toHaveProperty('ssm')
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const outside: Outside = { settings, clock, credentials }
  await ssm.call('SendCommand', {
    DocumentName: 'AWS-RunShellScript',
    InstanceIds: [A, B],
    Parameters: { commands: ['x'] },
    Comment: 'elb-rollout r-1 00000000 v2',
  })
  const left = { marks: ['r-1'], servers: [A, B] }
  const doubts = await leftUpdates(outside, new Map()).end(left, new AbortController().signal)
  expect(doubts).toEqual([{ server: B, reason: 'its rollout is over, cancelled, but not seen to end' }])
  expect(ssm.commands[0]?.invocations.map(({ status }) => status)).toEqual(['Cancelled', 'Cancelling'])
})

test('commands that may not be looked for may still run, and it says which permission is missing', async () => {
  const { clock: time } = await SsmSetting.open({ faults: { deny: ['ListCommands'] } })
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const outside = { settings: new World().settings(), clock: time, credentials }
  const doubts = await leftUpdates(outside, new Map()).end({ marks: ['r-1'], servers: ['i-1'] }, never)
  expect(doubts).toEqual([
    {
      server: 'i-1',
      reason: expect.stringMatching(/^the credentials lack the permission ssm:ListCommands: /),
    },
  ])
})

test('connections are looked for by a document of ours: what it needs is asked for, unless updates use the same', async () => {
  const { clock: time } = await SsmSetting.open()
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const doubtsWith = async (document: string | undefined) => {
    const ssm = { parameters: {}, ...(document === undefined ? {} : { document }) }
    const settings = new World().settings({ drainedCheck: 'connections', ssm })
    return (await connectionProbe({ settings, clock: time, credentials }, 'r-1'))?.doubts
  }
  expect(await doubtsWith('Deploy')).toEqual(expect.any(Function))
  expect(await doubtsWith(undefined)).toBeUndefined()
  expect(await doubtsWith('AWS-RunShellScript')).toBeUndefined()
})
