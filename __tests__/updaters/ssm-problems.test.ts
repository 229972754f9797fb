import { afterEach, expect, test } from '@jest/globals'
import { ssmProblems, unreachableAgents } from '../../src/updaters/ssm.ts'
import { never } from './options.ts'
import { idOf, instances, type SettingOptions, SsmSetting } from './ssm-setting.ts'

afterEach(() => SsmSetting.closeAll())

const [A, B] = [idOf(0), idOf(1)]

async function open(options: SettingOptions = {}) {
  const setting = await SsmSetting.open({ nodes: 60, ...options })
  const ask = (changes: Partial<Parameters<typeof ssmProblems>[0]> = {}) => {
    const { client, clock } = setting
    const servers = instances(60).map(({ id }) => id)
    const question = { client, clock, servers, parameters: { commands: ['x'] }, ...changes }
    return setting.drive(ssmProblems(question, never))
  }
  return { setting, ask }
}

test('none, and nothing was sent', async () => {
  const { setting, ask } = await open()
  expect(await ask()).toEqual([])
  expect(setting.ssm.commands).toEqual([])
  expect(setting.served.calls().SendCommand).toBeUndefined()
})

test('agents that are missing, away or of another kind are named', async () => {
  const { setting, ask } = await open()
  setting.ssm.removeNode(A)
  setting.ssm.addNode(B, { ping: 'ConnectionLost' })
  setting.ssm.addNode(idOf(59), { platform: 'Windows' })
  expect(await ask()).toEqual([
    expect.stringMatching(`^Systems Manager does not know ${A}: install the SSM agent`),
    expect.stringMatching(`^the SSM agent of ${B} is not online: start it`),
    expect.stringMatching(`^AWS-RunShellScript is not for Windows \\(${idOf(59)}\\)`),
  ])
  expect(await ask({ document: 'Own' })).toHaveLength(2)
})

test('missing permissions are named', async () => {
  const denied = ['ListCommands', 'ListCommandInvocations', 'GetCommandInvocation', 'CancelCommand']
  const { ask } = await open({ faults: { deny: [...denied, 'DescribeInstanceInformation'] } })
  const problems = await ask()
  expect(problems.map((problem) => /permission (ssm:\w+)/.exec(problem)?.[1])).toEqual(
    [...denied, 'DescribeInstanceInformation'].map((operation) => `ssm:${operation}`),
  )
})

test('what is wrong with the parameters comes with the rest', async () => {
  const { setting, ask } = await open()
  setting.ssm.removeNode(A)
  expect(await ask({ parameters: {} })).toHaveLength(2)
})

test('addresses are no instances', async () => {
  const { ask } = await open()
  expect(await ask({ servers: [A, '10.0.0.1'] })).toEqual([
    'ssm-document is for targets of type instance, not for 10.0.0.1: use update-command',
  ])
})

test('what passes is sat out, what does not rejects', async () => {
  const { setting, ask } = await open({ faults: { throttleShare: 0.5 } })
  expect(await ask()).toEqual([])
  setting.ssm.faults = { errorShare: 1 }
  await expect(ask()).rejects.toMatchObject({ failure: 'transient' })
})

test('of some servers it is asked which agents can be reached, and an API that fails is no reason to give up', async () => {
  const { setting } = await open()
  const { client, clock } = setting
  const ask = () => setting.drive(unreachableAgents({ client, clock, servers: [A, B, idOf(2)] }, never))
  expect(await ask()).toEqual(new Map())
  setting.ssm.removeNode(A)
  setting.ssm.addNode(B, { ping: 'ConnectionLost' })
  expect([...(await ask())]).toEqual([
    [A, 'its SSM agent is not online'],
    [B, 'its SSM agent is not online'],
  ])
  setting.ssm.faults = { errorShare: 1 }
  expect([...(await ask()).values()]).toEqual(Array(3).fill(expect.stringContaining('is not known: ')))
  setting.ssm.faults = { deny: ['DescribeInstanceInformation'] }
  expect([...(await ask()).values()]).toEqual(
    Array(3).fill(expect.stringContaining('ssm:DescribeInstanceInformation')),
  )
})
