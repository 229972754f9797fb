import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type ServedApi, serveApi } from '../../simulator/api/serve.ts'
import { IdTokens } from '../../simulator/github/id-tokens.ts'
import { type ServedSts, serveSts } from '../../simulator/sts/serve.ts'
import { Sts } from '../../simulator/sts/sts.ts'
import { Setting } from './setting.ts'

const ROLE = 'arn:aws:iam::123456789012:role/deploy'
const idTokens = new IdTokens()
let now = Date.UTC(2026, 10, 23)
const sts = new Sts({ idTokens, roles: [ROLE], now: () => now })
let served: { sts: ServedSts; api: ServedApi }

beforeAll(async () => {
  const setting = new Setting()
  served = { sts: await serveSts(sts), api: await serveApi(setting.simulator, { sessions: sts }) }
})
afterAll(async () => {
  await served.sts.close()
  await served.api.close()
})

async function send(
  url: string,
  parameters: Record<string, string>,
  authorization?: string,
): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams(parameters),
    ...(authorization === undefined ? {} : { headers: { authorization } }),
  })
  const [, code = 'ok'] = /<Code>(\w+)</.exec(await response.text()) ?? []
  return `${response.status} ${code}`
}

const assumeRole = (parameters: Record<string, string> = {}): Promise<string> =>
  send(served.sts.url, {
    ...{ Action: 'AssumeRoleWithWebIdentity', Version: '2011-06-15', RoleArn: ROLE },
    ...{ RoleSessionName: 'x1', WebIdentityToken: idTokens.issue('sts.amazonaws.com') },
    ...parameters,
  })

describe('STS', () => {
  test.each<[string, Record<string, string>]>([
    ['200 ok', {}],
    ['400 ValidationError', { RoleSessionName: 'x' }],
    ['400 ValidationError', { RoleSessionName: 'a/b' }],
    ['400 ValidationError', { DurationSeconds: '899' }],
    ['400 ValidationError', { DurationSeconds: 'x' }],
    ['400 InvalidIdentityToken', { WebIdentityToken: 'x' }],
    ['400 InvalidIdentityToken', { WebIdentityToken: `${idTokens.issue('sts.amazonaws.com')}x` }],
    ['400 InvalidIdentityToken', { WebIdentityToken: new IdTokens().issue('sts.amazonaws.com') }],
    ['403 AccessDenied', { RoleArn: `${ROLE}2` }],
    ['400 InvalidAction', { Action: 'AssumeRole' }],
    ['400 InvalidAction', { Version: '2015-12-01' }],
  ])('answers %s to %j', async (answer, parameters) => {
    now = Date.now()
    expect(await assumeRole(parameters)).toBe(answer)
  })
})

describe('the API', () => {
  const call = (accessKeyId?: string): Promise<string> => {
    const parameters = { Action: 'DescribeTargetGroups', Version: '2015-12-01' }
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261123/us-east-1/x/aws4_request`
    return send(served.api.url, parameters, accessKeyId === undefined ? undefined : authorization)
  }
  test('takes the keys of sessions, as long as they last', async () => {
    now = Date.now()
    await assumeRole({ DurationSeconds: '900' })
    const key = sts.sessions.at(-1)?.accessKeyId ?? ''
    now += 899_000
    expect(await call(key)).toBe('200 ok')
    now += 1_000
    expect(await call(key)).toBe('403 ExpiredToken')
  })
  test('takes no others', async () => {
    expect(await call('AKIA0123')).toBe('403 InvalidClientTokenId')
    expect(await call()).toBe('403 MissingAuthenticationToken')
  })
})
