import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { serveApi } from '../../simulator/api/serve.ts'
import { IdTokens } from '../../simulator/github/id-tokens.ts'
import { sessionNameFor } from '../../src/credentials/assume-role.ts'
import type { ApiError } from '../../src/domain/errors.ts'
import type { LoadBalancer } from '../../src/domain/ports.ts'
import { createClient } from '../../src/elbv2/client.ts'
import { createLoadBalancer } from '../../src/elbv2/load-balancer.ts'
import { Cloud, type CloudOptions } from './cloud.ts'

const MINUTE_MS = 60_000

let cloud: Cloud | undefined
afterEach(async () => {
  jest.restoreAllMocks()
  await cloud?.close()
  cloud = undefined
})

async function open(options: CloudOptions = {}) {
  const opened = await Cloud.open(options)
  cloud = opened
  const look = (loadBalancer: LoadBalancer) => loadBalancer.describeHealth(opened.groupArn)
  const failure = async (loadBalancer = opened.loadBalancer()): Promise<ApiError> => {
    const error = await look(loadBalancer).then(
      () => new Error('nothing failed'),
      (reason) => reason,
    )
    opened.expectNoSecretIn(error)
    return error
  }
  return { cloud: opened, look, failure }
}

/** For everybody in this process: the SDK, the action, the simulator. */
function letPass(ms: number): void {
  const now = Date.now() + ms
  jest.restoreAllMocks()
  jest.spyOn(Date, 'now').mockImplementation(() => now)
}

describe('with role-to-assume', () => {
  test('many calls at once share one session, in the name of the rollout, and its secrets are masked', async () => {
    const { cloud, look } = await open()
    const loadBalancer = cloud.loadBalancer()
    expect(cloud.github.requests()).toBe(0)
    await Promise.all([look(loadBalancer), look(loadBalancer), look(loadBalancer)])
    await look(loadBalancer)
    expect([cloud.github.requests(), cloud.stsEndpoint.calls()]).toEqual([1, 1])
    const [session] = cloud.sts.sessions
    expect(session?.sessionName).toBe('elb-rollout-1')
    expect(cloud.masked).toEqual([
      cloud.github.issued[0],
      session?.secretAccessKey,
      session?.sessionToken,
      session?.accessKeyId,
    ])
  })

  test('several clients share one session too', async () => {
    const { cloud, look } = await open()
    const credentials = cloud.credentials()
    await look(cloud.loadBalancer(credentials))
    await look(cloud.loadBalancer(credentials))
    expect(cloud.stsEndpoint.calls()).toBe(1)
  })

  test('a rollout of three hours is never without credentials, and asks for them as seldom as can be', async () => {
    const { cloud, look } = await open()
    const loadBalancer = cloud.loadBalancer()
    for (let minute = 0; minute < 180; minute++) {
      await look(loadBalancer)
      letPass(MINUTE_MS)
    }
    expect(cloud.sts.sessions).toHaveLength(4)
    expect(cloud.github.issued).toHaveLength(4)
    expect(new Set(cloud.github.issued).size).toBe(4)
  })

  test('a renewal that fails does not matter as long as the session lasts', async () => {
    const { cloud, look, failure } = await open()
    const loadBalancer = cloud.loadBalancer()
    await look(loadBalancer)
    cloud.github.onRequest = () => 'deny'
    letPass(57 * MINUTE_MS)
    await look(loadBalancer)
    await look(loadBalancer)
    expect(cloud.github.requests()).toBe(2)
    letPass(4 * MINUTE_MS)
    expect(await failure(loadBalancer)).toMatchObject({ failure: 'credentials' })
    cloud.github.onRequest = undefined
    await look(loadBalancer)
  })

  test('what passes is sat out', async () => {
    const { cloud, look } = await open()
    cloud.github.onRequest = (n) => (['error', 'throttle'] as const)[n - 1]
    cloud.stsEndpoint.onCall = (n) => (['throttle', 'error', 'reset'] as const)[n - 1]
    await look(cloud.loadBalancer())
    expect([cloud.github.requests(), cloud.stsEndpoint.calls()]).toEqual([3, 4])
  })
})

describe('no credentials', () => {
  test('without the permission to ask for a token', async () => {
    const { cloud, failure } = await open()
    const error = await failure(cloud.loadBalancer(cloud.credentials({})))
    expect(error).toMatchObject({ name: 'ApiError', failure: 'credentials', permission: 'id-token: write' })
    expect(error.message).toMatch(
      /^role-to-assume needs GitHub's OIDC token: .*`permissions: id-token: write`/,
    )
    expect(cloud.stsEndpoint.calls()).toBe(0)
  })

  test.each<[string, CloudOptions, string, RegExp]>([
    [
      'the trust policy says no',
      { sts: { roles: [] } },
      'AccessDenied',
      /Not authorized to perform.*trust policy does not allow sts:AssumeRoleWithWebIdentity/,
    ],
    [
      'the account does not know GitHub',
      { sts: { idTokens: undefined } },
      'InvalidIdentityTokenException',
      /No OpenIDConnect provider found.*has no IAM OIDC provider for https:\/\/token\.actions/,
    ],
    [
      'the account knows another GitHub',
      { sts: { idTokens: new IdTokens() } },
      'InvalidIdentityTokenException',
      /verification key/,
    ],
    [
      'the provider is for another audience',
      { sts: { audience: 'sts.amazonaws.com.cn' } },
      'InvalidIdentityTokenException',
      /Incorrect token audience.*without the audience sts\.amazonaws\.com\)/,
    ],
    [
      'the token has expired',
      { idTokens: { lifetimeSeconds: -1 } },
      'ExpiredTokenException',
      /Token expired/,
    ],
  ])('when %s', async (_, options, code, message) => {
    const { failure } = await open(options)
    const error = await failure()
    expect(error).toMatchObject({ name: 'ApiError', failure: 'credentials', code })
    expect(error.message).toMatch(message)
    expect(error.permission).toBe('sts:AssumeRoleWithWebIdentity')
  })

  test.each(['error', 'reset'] as const)('for now, when STS has trouble: %s', async (fault) => {
    const { cloud, failure } = await open()
    cloud.stsEndpoint.onCall = () => fault
    expect(await failure()).toMatchObject({ failure: 'transient' })
    expect(cloud.stsEndpoint.calls()).toBe(4)
  })

  test.each([
    ['deny', 'credentials', 1],
    ['error', 'transient', 4],
  ] as const)('when GitHub gives no token: %s', async (fault, kind, requests) => {
    const { cloud, failure } = await open()
    cloud.github.onRequest = () => fault
    expect(await failure()).toMatchObject({ failure: kind, code: 'NoIdToken' })
    expect(cloud.github.requests()).toBe(requests)
  })
})

test('without role-to-assume, credentials that expire in the middle end it, and it is said what to do', async () => {
  const { cloud, failure } = await open()
  let state: 'valid' | 'expired' = 'valid'
  const api = await serveApi(cloud.simulator, { sessions: { stateOf: () => state } })
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2: api.url,
    AWS_ACCESS_KEY_ID: 'ASIA0123456789',
    AWS_SECRET_ACCESS_KEY: 'secret',
  })
  const loadBalancer = createLoadBalancer(createClient('eu-west-1'))
  await loadBalancer.describeHealth(cloud.groupArn)
  state = 'expired'
  const error = await failure(loadBalancer)
  await api.close()
  expect(error).toMatchObject({ failure: 'credentials', code: 'ExpiredToken' })
  expect(error.message).toMatch(
    /security token .* is expired .*let the action renew them with role-to-assume/,
  )
})

test.each([
  ['20261123T065814Z-12345678901-1-a1b2c3', 'elb-rollout-20261123T065814Z-12345678901-1-a1b2c3'],
  ['a/b c:ü', 'elb-rollout-a-b-c--'],
  ['x'.repeat(99), `elb-rollout-${'x'.repeat(52)}`],
])('the session of rollout %s', (rolloutId, name) => {
  expect(sessionNameFor(rolloutId)).toBe(name)
})
