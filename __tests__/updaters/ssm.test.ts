import { afterEach, expect, test } from '@jest/globals'
import { CONTEXT } from './options.ts'
import { always, forServers, idOf, instance, instances, SsmSetting } from './ssm-setting.ts'

afterEach(() => SsmSetting.closeAll())

const [A, B, C] = [idOf(0), idOf(1), idOf(2)]

test('one command updates a batch, and each server is told of', async () => {
  const setting = await SsmSetting.open({ run: always({ runMs: 20_000, stdout: 'done\n' }) })
  const results = await setting.update(instances(3))
  expect(results).toEqual({ [A]: { ok: true }, [B]: { ok: true }, [C]: { ok: true } })
  const [command] = setting.ssm.commands
  expect(setting.told.handles).toEqual(new Map([A, B, C].map((id) => [id, command?.options.id])))
  expect(setting.told.lines.toSorted()).toEqual([`${A}: done`, `${B}: done`, `${C}: done`])
  expect(setting.inputsOf('SendCommand')).toEqual([
    {
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [A, B, C],
      Parameters: { commands: expect.any(Array), executionTimeout: ['60'] },
      Comment: expect.stringMatching(/^elb-rollout r-1 [0-9a-f]{8} v2$/),
      TimeoutSeconds: 60,
      MaxConcurrency: '3',
      MaxErrors: '100%',
    },
  ])
  expect(setting.inputsOf('ListCommandInvocations').length).toBeLessThan(12)
})

test('the commands stay as they are, after what they are told', async () => {
  const setting = await SsmSetting.open()
  const commands = ['set -e', 'echo "$ROLLOUT_VERSION {{ssm:mine}}"']
  await setting.update(instances(2), { parameters: { commands, workingDirectory: ['/opt'] } })
  const { parameters } = setting.ssm.commands[0]?.options ?? {}
  expect(parameters?.commands?.slice(-2)).toEqual(commands)
  expect(parameters?.commands).toContain("export ROLLOUT_VERSION='v2'")
  expect(parameters?.workingDirectory).toEqual(['/opt'])
})

test('a failure has its exit code, its last lines and where to see more, and concerns nobody else', async () => {
  const stdout = `${'x'.repeat(60)}\n`.repeat(60)
  const run = forServers({ [B]: { exitCode: 3, stdout: `${stdout}almost\n`, stderr: 'no such file\n' } })
  const setting = await SsmSetting.open({ run })
  const results = await setting.update(instances(3))
  expect([results[A], results[C]]).toEqual([{ ok: true }, { ok: true }])
  expect(results[B]).toMatchObject({ ok: false, reason: 'exit code 3', ended: true })
  const { tail = [] } = results[B] as { tail?: string[] }
  expect(tail.slice(-3)).toEqual([
    'almost',
    'no such file',
    `see https://eu-west-1.console.aws.amazon.com/systems-manager/run-command/${setting.told.handles.get(B)}/${B}?region=eu-west-1`,
  ])
  expect(tail).toHaveLength(21)
})

test('where many fail, the output of a few is asked for one by one', async () => {
  const setting = await SsmSetting.open({ nodes: 30, run: always({ exitCode: 1, stderr: 'bad' }) })
  const results = await setting.update(instances(30))
  expect(setting.inputsOf('GetCommandInvocation')).toHaveLength(10)
  for (const result of Object.values(results)) expect(result).toMatchObject({ reason: 'exit code 1' })
  expect(setting.told.lines.filter((line) => line.endsWith(': bad'))).toHaveLength(30)
})

test('output that cannot be asked for is shown as far as it is known', async () => {
  const setting = await SsmSetting.open({
    run: always({ exitCode: 1, stdout: 'one\r\ntwo' }),
    faults: { deny: ['GetCommandInvocation'] },
  })
  const results = await setting.update([instance(A)])
  expect(results[A]).toMatchObject({ tail: ['one', 'two', expect.stringContaining('see https://')] })
})

test('what Systems Manager has cut is marked', async () => {
  const setting = await SsmSetting.open({ run: always({ exitCode: 1, stdout: 'x\n'.repeat(20_000) }) })
  await setting.update([instance(A)])
  expect(setting.told.lines.at(-1)).toMatch(/no more than 24000 characters/)
})

test('no more run at once than may, also in a batch of several commands', async () => {
  let running = 0
  let most = 0
  const setting = await SsmSetting.open({ nodes: 70, run: always({ runMs: 5_000 }) })
  setting.ssm.observe(() => {
    running = setting.ssm.commands.flatMap(({ invocations }) => invocations).filter(isRunning).length
    most = Math.max(most, running)
  })
  const results = await setting.update(instances(70), { concurrency: 20 })
  expect(Object.values(results).filter(({ ok }) => ok)).toHaveLength(70)
  expect(most).toBe(20)
  expect(setting.inputsOf('SendCommand').map((input) => input.MaxConcurrency)).toEqual(['20', '20'])
})

const isRunning = ({ status }: { status: string }) => status === 'InProgress'

test('an own document is given just what was asked for', async () => {
  const setting = await SsmSetting.open()
  setting.ssm.addDocument({
    name: 'Deploy-App',
    step: 'deploy',
    parameters: {
      version: { type: 'String' },
      before: { type: 'String', default: ['none'] },
      flags: { type: 'StringList' },
      executionTimeout: { type: 'String' },
    },
  })
  await setting.update([instance(A)], {
    document: 'arn:aws:ssm:eu-west-1:123456789012:document/Deploy-App',
    parameters: {
      version: ['{version}'],
      before: ['{previous-version}'],
      flags: ['fast', 'v{version}'],
      executionTimeout: ['{update-timeout}'],
    },
  })
  expect(setting.told.results.get(A)).toEqual({ ok: true })
  expect(setting.ssm.commands[0]?.options.parameters).toEqual({
    version: ['v2'],
    flags: ['fast', 'v{version}'],
    executionTimeout: ['60'],
  })
})

test('what a document would fill in by itself does not reach it', async () => {
  const setting = await SsmSetting.open()
  const version = '{{ssm:secret}}'
  const { update } = (await import('../../src/updaters/ssm.ts')).createSsmUpdater(
    setting.options({ document: 'Deploy-App', parameters: { version: ['{version}'] } }),
  )
  await update([instance(A)], { ...CONTEXT, version }, setting.told, new AbortController().signal)
  expect(setting.told.results.get(A)).toMatchObject({
    reason: '{version} cannot be given to the document: "{{ssm:secret}}" contains {{',
    ended: true,
  })
  expect(setting.ssm.commands).toEqual([])
})

test('an empty batch is done, and an aborted one is not begun', async () => {
  const setting = await SsmSetting.open()
  await setting.update([])
  await setting.update(instances(3), { signal: AbortSignal.abort() })
  expect(setting.events).toEqual([])
  expect(setting.told.results.size).toBe(0)
})

test('many commands under one signal raise no warning', async () => {
  const warnings: string[] = []
  const onWarning = (warning: Error) => warnings.push(warning.message)
  process.on('warning', onWarning)
  const setting = await SsmSetting.open({ nodes: 600 })
  const { signal } = new AbortController()
  await setting.update(instances(600), { signal })
  process.off('warning', onWarning)
  expect(warnings.filter((text) => text.includes('listeners'))).toEqual([])
})
