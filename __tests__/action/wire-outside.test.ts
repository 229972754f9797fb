import { afterEach, expect, test } from '@jest/globals'
import { endSsm } from '../../src/action/wire-outside.ts'
import { World } from '../support/world.ts'
import { never } from '../updaters/options.ts'
import { SsmSetting } from '../updaters/ssm-setting.ts'

afterEach(() => SsmSetting.closeAll())

test('commands that may not be looked for may still run, and it says which permission is missing', async () => {
  const { clock } = await SsmSetting.open({ faults: { deny: ['ListCommands'] } })
  const warnings: string[] = []
  const leftovers = {
    rolloutId: 'r-1',
    commands: new Map([['i-1', 'c-1']]),
    warn: (text: string) => warnings.push(text),
  }
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const outside = { settings: new World().settings(), clock, credentials }
  expect(await endSsm(outside, leftovers, never)).toEqual(['i-1'])
  expect(warnings).toEqual([
    expect.stringMatching(/could not be looked for: the credentials lack the permission ssm:ListCommands: /),
  ])
})
