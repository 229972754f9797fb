import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { DeploymentCalls, DeploymentPayload } from '../../src/action/deployment-calls.ts'
import type { Telling } from '../../src/action/deployment-story.ts'
import { type GitHub, openGitHub } from '../support/github/server.ts'

let github: GitHub
const before = process.env.GITHUB_API_URL

beforeAll(async () => {
  github = await openGitHub()
  // Read once, when the library is loaded.
  process.env.GITHUB_API_URL = github.url
})

afterEach(() => {
  github.onCall = () => undefined
  github.payloadAs = 'object'
  expect(github.violations).toEqual([])
})

afterAll(async () => {
  if (before === undefined) delete process.env.GITHUB_API_URL
  else process.env.GITHUB_API_URL = before
  await github.close()
})

const SHA = '5f3a1c09d2b74e86a1f0c3d5e7b9a2468ace0135'
const RUN = 'https://github.com/octo-org/web/actions/runs/7'

let environments = 0
const newEnvironment = (): string => `production-${++environments}`

async function callsTo(environment: string, environmentUrl?: string): Promise<DeploymentCalls> {
  const { deploymentCalls } = await import('../../src/action/deployment-calls.ts')
  return deploymentCalls({
    ...{ token: 't0ken', repository: { owner: 'octo-org', repo: 'web' }, environment, sha: SHA, runUrl: RUN },
    ...(environmentUrl === undefined ? {} : { environmentUrl }),
  })
}

const signal = new AbortController().signal

/** One process after the other, as far as deployments see them. */
async function process_(environment: string, url?: string) {
  const { DeploymentRecords } = await import('../../src/action/deployment-records.ts')
  const records = new DeploymentRecords(await callsTo(environment, url))
  return (telling: Telling) => records.record(telling, signal)
}

const payload = (rolloutId: string, version: string, targetGroups = ['web']): DeploymentPayload => ({
  ...{ rolloutId, version, strategy: 'in-place', targetGroups },
})

const begins = (creation: DeploymentPayload): Telling => ({
  ...{ rolloutId: creation.rolloutId, creation },
  status: { state: 'in_progress', description: 'batch 1 of 2' },
})
const succeeds = (creation: DeploymentPayload): Telling => ({
  ...{ rolloutId: creation.rolloutId, creation },
  status: { state: 'success', description: `${creation.version} runs` },
  next: { kind: 'replaces', version: creation.version },
})
const fails = (creation: DeploymentPayload): Telling => ({
  ...{ rolloutId: creation.rolloutId, creation },
  status: { state: 'failure', description: 'exit code 3' },
})
const undoes = (rolloutId: string, version: string): Telling => ({
  rolloutId,
  status: { state: 'inactive', description: `${version} runs` },
  next: { kind: 'undone', version },
})

async function deploy(environment: string, creation: DeploymentPayload): Promise<void> {
  const tell = await process_(environment)
  await tell(begins(creation))
  await tell(succeeds(creation))
}

/** `version: states`, in the order in which they came. */
const story = (environment: string): string[] =>
  github.deployments
    .filter((each) => each.environment === environment)
    .map(
      ({ payload: { version }, statuses }) => `${version}: ${statuses.map(({ state }) => state).join(', ')}`,
    )

describe('a deployment', () => {
  test('is created once, with what a later run knows it by, and gets its statuses', async () => {
    const environment = newEnvironment()
    const tell = await process_(environment, 'https://www.example.com/')
    const creation = { ...payload('r-1', '1.0.2'), previousVersion: '1.0.1' }
    await tell(begins(creation))
    await tell(succeeds(creation))
    expect(github.deployments.filter((each) => each.environment === environment)).toEqual([
      {
        ...{ id: expect.any(Number), task: 'deploy:elb', ref: SHA, environment, payload: creation },
        ...{ auto_merge: false, required_contexts: [] },
        description: 'Roll out 1.0.2 from 1.0.1 (in-place)',
        statuses: [
          {
            ...{ state: 'in_progress', description: 'batch 1 of 2', log_url: RUN },
            ...{ environment_url: 'https://www.example.com/', auto_inactive: false },
          },
          {
            ...{ state: 'success', description: '1.0.2 runs', log_url: RUN },
            ...{ environment_url: 'https://www.example.com/', auto_inactive: false },
          },
        ],
      },
    ])
  })

  test('replaces the one of the same fleet that has served until now', async () => {
    const environment = newEnvironment()
    await deploy(environment, payload('r-1', '1'))
    await deploy(environment, payload('r-2', '2'))
    const failing = await process_(environment)
    await failing(begins(payload('r-3', '3')))
    await failing(fails(payload('r-3', '3')))
    await deploy(environment, payload('r-4', '4'))
    expect(story(environment)).toEqual([
      '1: in_progress, success, inactive',
      '2: in_progress, success, inactive',
      '3: in_progress, failure',
      '4: in_progress, success',
    ])
    expect(
      github.deployments.find(({ payload: { rolloutId } }) => rolloutId === 'r-2')?.statuses.at(-1),
    ).toMatchObject({
      description: 'replaced by 4',
    })
  })

  test('leaves those of other fleets, and of others, in the same environment alone', async () => {
    const environment = newEnvironment()
    await deploy(environment, payload('r-1', 'api-1', ['api', 'api-admin']))
    await deploy(environment, payload('r-2', 'web-1', ['web']))
    await deploy(environment, payload('r-3', 'api-2', ['api']))
    expect(story(environment)).toEqual([
      'api-1: in_progress, success, inactive',
      'web-1: in_progress, success',
      'api-2: in_progress, success',
    ])
  })

  test('is found again by another process: a promotion goes on with it', async () => {
    const environment = newEnvironment()
    await (await process_(environment))(begins(payload('r-1', '1')))
    await (await process_(environment))(succeeds(payload('r-1', '1')))
    expect(story(environment)).toEqual(['1: in_progress, success'])
  })

  test.each(['object', 'text'] as const)(
    'that is undone is inactive, and the version before serves again (payload as %s)',
    async (payloadAs) => {
      github.payloadAs = payloadAs
      const environment = newEnvironment()
      await deploy(environment, payload('r-1', '1'))
      await (await process_(environment))(fails(payload('r-2', '1')))
      await deploy(environment, payload('r-3', '2'))
      await (await process_(environment))(undoes('r-3', '1'))
      expect(story(environment)).toEqual([
        '1: in_progress, success, inactive, success',
        '1: failure',
        '2: in_progress, success, inactive',
      ])
    },
  )

  test('that was never recorded is not made up by what comes after', async () => {
    const environment = newEnvironment()
    await (await process_(environment))(undoes('r-1', '1'))
    expect(story(environment)).toEqual([])
  })

  test('of somebody else is no reason to stumble, whatever its payload holds', async () => {
    const environment = newEnvironment()
    const calls = await callsTo(environment)
    const others = { task: 'deploy:elb', ref: SHA, environment, description: '', statuses: [] }
    for (const payload of ['{', '', 'null', '[]', { rolloutId: 7 }, { rolloutId: 'r-1', version: '1' }])
      (github.deployments as object[]).push({ ...others, id: 1 + github.deployments.length, payload })
    expect(await calls.list(signal)).toEqual([])
    await deploy(environment, payload('r-1', '1'))
    expect(story(environment).at(-1)).toBe('1: in_progress, success')
  })

  test('whose creation got through, but whose answer was lost, is not created twice', async () => {
    const environment = newEnvironment()
    const tell = await process_(environment)
    const creation = payload('r-1', '1')
    // As if the answer had been lost: somebody else has created it meanwhile.
    github.onCall = ({ method, url }) => {
      if (method !== 'POST' || url.pathname.endsWith('/statuses')) return undefined
      github.onCall = () => undefined
      return 'reset'
    }
    await expect(tell(begins(creation))).rejects.toMatchObject({ failure: 'transient' })
    await (await callsTo(environment)).create(creation, '', signal)
    await tell(begins(creation))
    expect(story(environment)).toEqual(['1: in_progress'])
  })
})

describe('a call that fails', () => {
  test.each([
    [401, 'Bad credentials', 'denied'],
    [403, 'Resource not accessible by integration', 'denied'],
    [404, 'Not Found', 'denied'],
    [409, 'Conflict', 'rejected'],
    [422, 'Validation Failed', 'rejected'],
    [429, 'Too many requests', 'transient'],
    [500, 'Server Error', 'transient'],
    [503, 'Service Unavailable', 'transient'],
  ])('with %i (%s) is %s', async (status, message, failure) => {
    github.onCall = () => ({ status, message })
    const error = await (await callsTo(newEnvironment())).list(signal).catch((reason) => reason)
    expect(error).toMatchObject({ name: 'ApiError', failure, permission: 'deployments: write' })
    expect(error.message).toBe(`HTTP ${status}: ${message}`)
    expect(JSON.stringify([error.message, error.code])).not.toContain('t0ken')
  })

  test('with a broken connection is transient', async () => {
    github.onCall = () => 'reset'
    await expect((await callsTo(newEnvironment())).list(signal)).rejects.toMatchObject({
      failure: 'transient',
    })
  })

  test('is ended by its signal, with the signal’s reason', async () => {
    const ending = new AbortController()
    github.onCall = () => {
      ending.abort(new Error('enough'))
      return 'hang'
    }
    await expect((await callsTo(newEnvironment())).list(ending.signal)).rejects.toThrow('enough')
  })
})

test('GitHub refuses 141 characters, and whatever else its description forbids', async () => {
  const calls = await callsTo(newEnvironment())
  const { id } = await calls.create(payload('r-1', '1'), 'a'.repeat(140), signal)
  await calls.addStatus(id, { state: 'success', description: 'a'.repeat(140) }, signal)
  const refused = [
    () => calls.addStatus(id, { state: 'success', description: 'a'.repeat(141) }, signal),
    () => calls.addStatus(id, { state: 'done' as never, description: '' }, signal),
    () => calls.addStatus(id, { state: 'success', description: '', surprise: 1 } as never, signal),
    () => calls.create(payload('r-2', '1'), 7 as never, signal),
  ]
  for (const call of refused) await expect(call()).rejects.toMatchObject({ failure: 'rejected' })
  expect(github.violations).toHaveLength(refused.length)
  ;(github.violations as string[]).length = 0
})
