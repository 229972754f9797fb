import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Server } from '../../src/domain/fleet.ts'
import { parametersFor } from '../../src/updaters/ssm-parameters.ts'
import { quoted, scriptFor, shebangProblem } from '../../src/updaters/ssm-script.ts'
import { CONTEXT } from './options.ts'
import { idOf, instance, instances } from './ssm-setting.ts'

const FACTS = {
  rolloutId: 'r-1',
  mode: 'deploy',
  strategy: 'in-place',
  groups: [{ arn: 'arn:web', name: 'web' }],
}
const folder = mkdtempSync(join(tmpdir(), 'ssm-script-'))
afterAll(() => rmSync(folder, { recursive: true }))

const occasion = (servers: readonly Server[], context: Partial<typeof CONTEXT> = {}) => ({
  servers,
  context: { ...CONTEXT, ...context },
  facts: FACTS,
  timeoutMs: 60_000,
})

/** As the agent does: `sh -c` of a file with the commands, a line each. */
function runAsAgent(commands: readonly string[], instanceId?: string, shell = 'sh'): string {
  const file = join(folder, '_script.sh')
  writeFileSync(file, `${commands.join('\n')}\n`)
  chmodSync(file, 0o700)
  const env = {
    PATH: process.env.PATH,
    ...(instanceId === undefined ? {} : { AWS_SSM_INSTANCE_ID: instanceId }),
  }
  const words = shell === 'sh' ? ['-c', file, ''] : [file]
  return execFileSync(shell, words, { cwd: folder, env, encoding: 'utf8' })
}

test('each server is told its own zone and address', () => {
  const places = [
    { zone: 'eu-west-1a', ip: '10.0.0.1' },
    { zone: 'eu-west-1b', ip: '10.0.0.2' },
  ]
  const servers = instances(2).map((server, index) => ({
    ...server,
    place: places[index] as (typeof places)[0],
  }))
  const script = scriptFor(['echo "$ROLLOUT_TARGET_ZONE $ROLLOUT_TARGET_IP"'], occasion(servers))
  for (const { id, place } of servers) expect(runAsAgent(script, id)).toBe(`${place.zone} ${place.ip}\n`)
})

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'\'"\\`$(){}[]<>|&;!#*?~^%@:=,- \t\r\n'),
    fc.constantFrom(
      "'; touch pwned; '",
      '$(touch pwned)',
      '`touch pwned`',
      '{{',
      '{{ssm:x}}',
      "'{",
      '\\',
      'ä',
      '𝄞',
    ),
    fc.string({ minLength: 1, maxLength: 3 }),
  ),
  maxLength: 20,
})
const withoutNul = (text: string) => text.replaceAll('\0', '')

describe('a hostile value', () => {
  test('is a value to every shell, and nothing to Systems Manager', () => {
    const values = fc.array(hostile.map(withoutNul), { minLength: 60, maxLength: 60 })
    fc.assert(
      fc.property(values, (given) => {
        const literals = given.map(quoted)
        for (const literal of literals) expect(literal).not.toContain('{{')
        const script = literals.map((literal) => `printf '%s\\0' ${literal}`)
        for (const shell of ['bash', 'dash'])
          expect(runAsAgent(script, undefined, shell).split('\0').slice(0, -1)).toEqual(
            given.map((value) => value.toWellFormed()),
          )
      }),
      { numRuns: 40 },
    )
    expect(readdirSync(folder)).toEqual(['_script.sh'])
  })

  test('reaches the commands as it is, wherever it comes from', () => {
    const value = hostile.map(withoutNul).filter((text) => text.isWellFormed())
    fc.assert(
      fc.property(value, value, (version, leaves) => {
        const commands = ['printf "%s\\0%s\\0" "$ROLLOUT_VERSION" "$ROLLOUT_PREVIOUS_VERSION"']
        const script = scriptFor(commands, occasion(instances(2), { version, leaves }))
        expect(script.at(-1)).toBe(commands[0])
        expect(script.slice(0, -1).join('\n')).not.toContain('{{')
        expect(runAsAgent(script, idOf(1))).toBe(`${version}\0${leaves}\0`)
      }),
      { numRuns: 60 },
    )
    expect(readdirSync(folder)).toEqual(['_script.sh'])
  })
})

describe('what a server is told', () => {
  const PRINT = ['env | grep ^ROLLOUT_ | sort']
  const two: Server = {
    id: idOf(1),
    registrations: [81, 82].map((port) => ({
      groupArn: 'arn:web',
      target: { id: idOf(1), port, zone: `z${port}` },
    })),
  }

  test('is about itself, by the id that the agent gives', () => {
    const script = scriptFor(PRINT, occasion([instance(idOf(0)), two, instance(idOf(2))]))
    const common = ['ROLLOUT_BATCH=1', 'ROLLOUT_BATCHES=1', 'ROLLOUT_ID=r-1', 'ROLLOUT_MODE=deploy']
    const rest = ['ROLLOUT_TARGET_GROUP=web', 'ROLLOUT_TARGET_GROUP_ARN=arn:web']
    const told = (id: string) => runAsAgent(script, id).trimEnd().split('\n')
    for (const index of [0, 2])
      expect(told(idOf(index))).toEqual([
        ...[...common, 'ROLLOUT_STRATEGY=in-place', 'ROLLOUT_TARGETS=web:80', ...rest],
        ...[`ROLLOUT_TARGET_ID=${idOf(index)}`, 'ROLLOUT_TARGET_PORT=80', 'ROLLOUT_VERSION=v2'],
      ])
    expect(told(idOf(1))).toEqual([
      ...[...common, 'ROLLOUT_STRATEGY=in-place', 'ROLLOUT_TARGETS=web:81 web:82', ...rest],
      ...[`ROLLOUT_TARGET_ID=${idOf(1)}`, 'ROLLOUT_TARGET_PORT=81', 'ROLLOUT_TARGET_ZONE=z81'],
      'ROLLOUT_VERSION=v2',
    ])
  })

  test('is never about another: without an id, what differs is not told', () => {
    const script = scriptFor(['#!/bin/sh -u', ...PRINT], occasion([instance(idOf(0)), two]))
    const told = runAsAgent(script)
    expect(told).toContain('ROLLOUT_VERSION=v2\n')
    expect(told).not.toMatch(/TARGET_PORT|TARGET_ZONE|i-0/)
  })

  test('a single server is told even without', () => {
    expect(runAsAgent(scriptFor(PRINT, occasion([two])))).toContain(`ROLLOUT_TARGET_ID=${idOf(1)}\n`)
  })

  test('fits a document, also for 50 servers that all differ', () => {
    const servers = Array.from({ length: 50 }, (_, index) => instance(idOf(index), 8000 + index))
    const document = { name: 'AWS-RunShellScript', parameters: { commands: PRINT } }
    expect(JSON.stringify(parametersFor(document, occasion(servers))).length).toBeLessThan(16_000)
  })
})

describe('a script that names its shell', () => {
  test.each([
    [['#!/bin/bash', 'echo "$BASH_VERSINFO $ROLLOUT_VERSION"']],
    [['#!/usr/bin/env bash\necho "$BASH_VERSINFO $ROLLOUT_VERSION"']],
    [['#!/bin/bash -e\n# two\n', 'echo "$BASH_VERSINFO $ROLLOUT_VERSION"']],
  ])('keeps it: %j', (commands) => {
    expect(shebangProblem(commands)).toBeUndefined()
    expect(runAsAgent(scriptFor(commands, occasion(instances(2))))).toMatch(/^\d+ v2\n$/)
  })

  test.each(['#!/usr/bin/python3', '#!/usr/bin/env node', '#!/usr/bin/fish'])(
    'must name a shell: %s',
    (line) => {
      expect(shebangProblem([line])).toMatch(/^"commands" must be for a shell, not "#!/)
    },
  )
})
