import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { RunnerLog } from '../action/runner-log.ts'
import { Cloud, ROLE } from './cloud.ts'

/** Renewed whenever more than a second has passed: the last five minutes begin at once. */
const SESSION_SECONDS = 301

let cloud: Cloud
let folder: string
beforeAll(async () => {
  cloud = await Cloud.open({ sts: { sessionSeconds: SESSION_SECONDS }, speed: 10 })
  folder = mkdtempSync(join(tmpdir(), 'elb-rollout-credentials-'))
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await cloud.close()
})

/** The whole action, as a process, with debug logging on and a command that shows all it can see. */
async function run(environment: Readonly<Record<string, string>>) {
  const inputs: Record<string, string> = {
    strategy: 'in-place',
    version: '1.0.2',
    'previous-version': '1.0.1',
    'target-group-arns': cloud.groupArn,
    'role-to-assume': ROLE,
    'update-command': 'env; tr "\\0" "\\n" </proc/self/environ',
    'batch-size': '1',
    'healthy-for': '1s',
  }
  for (const name of ['output', 'state', 'env', 'summary']) writeFileSync(join(folder, name), '')
  const child = spawn(process.execPath, ['src/entries/main.ts'], {
    env: {
      PATH: process.env.PATH,
      ...Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
      ),
      ...{ RUNNER_DEBUG: '1', RUNNER_TEMP: folder, GITHUB_OUTPUT: join(folder, 'output') },
      ...{ GITHUB_STATE: join(folder, 'state'), GITHUB_ENV: join(folder, 'env') },
      ...{ GITHUB_STEP_SUMMARY: join(folder, 'summary'), ...cloud.endpoints, ...environment },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { exitCode, log: RunnerLog.of(stdout), stderr, files: filesIn(folder) }
}

const filesIn = (path: string): string =>
  readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => join(path, name))
    .filter((name) => statSync(name).isFile())
    .map((name) => readFileSync(name, 'utf8'))
    .join('\n')

test('a rollout renews its credentials on the way, and shows them to nobody', async () => {
  const { exitCode, log, stderr, files } = await run(cloud.github.environment)
  expect([log.lines.at(-1), stderr, exitCode]).toEqual([expect.anything(), '', 0])
  const { sessions } = cloud.sts
  expect(sessions.length).toBeGreaterThan(2)
  expect(cloud.github.issued.length).toBe(sessions.length)
  const masked = log.commands.filter(({ name }) => name === 'add-mask').map(({ data }) => data)
  expect(masked).toEqual(expect.arrayContaining([...cloud.github.issued]))
  expect(masked).toHaveLength(sessions.length * 4)
  const shown = [
    ...log.lines,
    ...log.commands.filter(({ name }) => name !== 'add-mask').map(({ data }) => data),
  ]
  expect(shown.join('\n')).toContain('ROLLOUT_VERSION=1.0.2')
  cloud.expectNoSecretIn(shown.join('\n'))
  cloud.expectNoSecretIn(files)
}, 20_000)

test('a job without the permission is told before anything is changed', async () => {
  const { exitCode, log, files } = await run({})
  expect(exitCode).toBe(1)
  expect(files).toMatch(/outcome.*\n?refused/)
  expect(log.commands.filter(({ name }) => name === 'error')).toEqual([
    { name: 'error', data: expect.stringContaining('`permissions: id-token: write`') },
  ])
}, 20_000)
