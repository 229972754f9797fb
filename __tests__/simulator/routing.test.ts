import { afterEach, describe, expect, test } from '@jest/globals'
import type { Condition } from '../../simulator/account/condition.ts'
import { DataSetting } from './data-setting.ts'

let setting: DataSetting

afterEach(() => setting.close())

async function withRule(...conditions: Condition[]): Promise<void> {
  setting = await DataSetting.open()
  setting.simulator.addRule({
    listenerArn: setting.listenerArn,
    priority: 10,
    conditions,
    actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '418', MessageBody: 'matched' } }],
  })
}

describe('conditions', () => {
  test('path-pattern, with wildcards and by case', async () => {
    await withRule({ Field: 'path-pattern', Values: ['/api/*', '/v?.txt'] })
    const statuses = await statusesOf(
      '/api/',
      '/api/a/b?q=1',
      '/v1.txt',
      '/API/',
      '/v12.txt',
      '/v1xtxt',
      '/x/api/',
    )
    expect(statuses).toEqual([418, 418, 418, 200, 200, 200, 200])
  })

  test('host-header, in any case and without the port', async () => {
    await withRule({ Field: 'host-header', Values: ['*.example.com'] })
    const ask = async (host: string): Promise<number> => (await setting.get('/', { host })).status
    expect([await ask('WWW.example.com:8080'), await ask('example.com')]).toEqual([418, 200])
  })

  test('http-header', async () => {
    const config = { HttpHeaderName: 'User-Agent', Values: ['*Chrome*', '*Safari*'] }
    await withRule({ Field: 'http-header', HttpHeaderConfig: config })
    const ask = async (agent: string): Promise<number> =>
      (await setting.get('/', { 'user-agent': agent })).status
    expect([await ask('Mozilla chrome/1'), await ask('curl'), (await setting.get()).status]).toEqual([
      418, 200, 200,
    ])
  })

  test('query-string, by key and value or by value alone', async () => {
    const Values = [{ Key: 'version', Value: 'v1' }, { Value: '*example*' }]
    await withRule({ Field: 'query-string', QueryStringConfig: { Values } })
    const statuses = await statusesOf('/?a=b&VERSION=V1', '/?x=an-example-1', '/?version=v2', '/')
    expect(statuses).toEqual([418, 418, 200, 200])
  })

  test('http-request-method and source-ip, both of which must hold', async () => {
    await withRule(
      { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['PUT', 'DELETE'] } },
      { Field: 'source-ip', SourceIpConfig: { Values: ['127.0.0.0/8'] } },
    )
    expect((await setting.send({ method: 'PUT' })).status).toBe(418)
    expect((await setting.send({ method: 'GET' })).status).toBe(200)
  })

  test('an unknown one is refused', async () => {
    await expect(withRule({ Field: 'moon-phase', Values: ['full'] })).rejects.toThrow('moon-phase')
  })
})

test('the rule with the lowest number wins', async () => {
  await withRule({ Field: 'path-pattern', Values: ['/api/*'] })
  setting.simulator.addRule({
    listenerArn: setting.listenerArn,
    priority: 5,
    conditions: [{ Field: 'path-pattern', Values: ['/api/old/*'] }],
    actions: [
      { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301', Path: '/#{path}/moved', Port: '8443' } },
    ],
  })
  const { status, headers } = await setting.get('/api/old/x?y=1', { host: 'example.com:80' })
  expect([status, headers.location]).toEqual([301, 'http://example.com:8443/api/old/x/moved?y=1'])
  expect(await statusesOf('/api/new', '/')).toEqual([418, 200])
})

describe('what passes through', () => {
  test('headers as they came, with where the request came from', async () => {
    setting = await DataSetting.open()
    for (const id of ['i-1', 'i-2', 'i-3']) {
      setting.on(id, (incoming, response) => {
        response.setHeader('Set-Cookie', ['a=1', 'b=2'])
        response.writeHead(201, 'Made').end(JSON.stringify(incoming.headers))
      })
    }
    const answer = await setting.get('/', {
      host: 'example.com',
      'x-forwarded-for': '10.1.1.1',
      'x-own': 'kept',
    })
    expect(JSON.parse(answer.body)).toEqual({
      host: 'example.com',
      'x-own': 'kept',
      'x-forwarded-for': '10.1.1.1, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': '80',
      connection: 'keep-alive',
    })
    expect(answer.status).toBe(201)
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2'])
    expect(Object.keys(answer.headers).sort()).toEqual([
      'connection',
      'date',
      'set-cookie',
      'transfer-encoding',
    ])
  })

  test.each(['with its length', 'in chunks'])('bodies both ways, %s', async (how) => {
    setting = await DataSetting.open()
    for (const id of ['i-1', 'i-2', 'i-3']) setting.on(id, (incoming, response) => incoming.pipe(response))
    const body = 'x'.repeat(1_000_000)
    const headers: Record<string, string> = how === 'in chunks' ? { 'transfer-encoding': 'chunked' } : {}
    const answer = await setting.send({ method: 'POST', body, headers })
    expect(answer.body).toBe(body)
  })

  test('an answer of the target’s own, whatever its status, and HEAD', async () => {
    setting = await DataSetting.open()
    for (const id of ['i-1', 'i-2', 'i-3'])
      setting.on(id, (_, response) => response.writeHead(503).end('mine'))
    expect(await setting.get()).toMatchObject({ status: 503, body: 'mine' })
    expect(await setting.send({ method: 'HEAD' })).toMatchObject({ status: 503, body: '' })
    expect(setting.data.stats.ownErrors).toEqual({})
  })
})

async function statusesOf(...paths: string[]): Promise<number[]> {
  const statuses: number[] = []
  for (const path of paths) statuses.push((await setting.get(path)).status)
  return statuses
}
