import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { IdTokens } from '../../simulator/github/id-tokens.ts'
import { type ServedIdTokens, serveIdTokens } from '../../simulator/github/serve.ts'
import { close, listen } from '../../simulator/listening.ts'
import { createConsole } from '../../src/action/console.ts'
import { idTokens } from '../../src/action/id-token.ts'
import { RunnerLog } from './runner-log.ts'

const tokens = new IdTokens()
let github: ServedIdTokens
let output: string

beforeEach(async () => {
  github = await serveIdTokens(tokens)
  output = ''
})
afterEach(() => github.close())

const openConsole = () =>
  createConsole({
    token: '0123456789abcdef0123',
    write: (text) => {
      output += text
    },
  })

describe('a token', () => {
  test('is for the audience, a new one each time', async () => {
    const masked: string[] = []
    const getIdToken = idTokens({
      environment: github.environment,
      mask: (secret) => void masked.push(secret),
    })
    const given = [await getIdToken('sts.amazonaws.com'), await getIdToken('a b&c')]
    expect(given.map((token) => tokens.read(token)?.aud)).toEqual(['sts.amazonaws.com', 'a b&c'])
    expect(masked).toEqual(given)
  })

  test('is masked by a command that the runner executes, and stands nowhere else', async () => {
    const console = openConsole()
    console.show({ type: 'stage-started', stage: 'Observe', at: 0 })
    const token = await idTokens({ environment: github.environment, mask: console.mask })('sts.amazonaws.com')
    console.show({ type: 'warned', text: 'after it', at: 1 })
    const log = RunnerLog.of(output)
    expect(log.commands).toContainEqual({ name: 'add-mask', data: token })
    expect(log.isStopped).toBe(true)
    expect(output.split(token)).toHaveLength(2)
    expect(log.lines.join('\n')).not.toContain(token)
    console.close()
  })
})

describe('a mask', () => {
  test('of any value is executed as it is, in a group too, which goes on', () => {
    const console = openConsole()
    console.show({ type: 'stage-started', stage: 'Observe', at: 0 })
    for (const secret of ['100%0A', 'a\nb', '::stop-commands::x']) console.mask(secret)
    console.show({ type: 'warned', text: 'after it', at: 1 })
    const log = RunnerLog.of(output)
    expect(log.commands.filter(({ name }) => name === 'add-mask').map(({ data }) => data)).toEqual([
      '100%0A',
      'a\nb',
      '::stop-commands::x',
    ])
    expect(log.commands.map(({ name }) => name)).not.toContain('endgroup')
    expect(log.isStopped).toBe(true)
  })
})

describe('no token', () => {
  const environments = [
    {},
    { ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1/' },
    { ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' },
    { ACTIONS_ID_TOKEN_REQUEST_URL: 'nowhere', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' },
  ]
  test.each(environments)('without the permission: %j', async (environment) => {
    await expect(idTokens({ environment, mask: () => {} })('x')).rejects.toMatchObject({
      failure: 'credentials',
      message: expect.stringContaining('`permissions: id-token: write`'),
    })
  })

  test('when GitHub does not know the job', async () => {
    const environment = { ...github.environment, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'wrong' }
    await expect(idTokens({ environment, mask: () => {} })('x')).rejects.toMatchObject({
      failure: 'credentials',
      message: "role-to-assume needs GitHub's OIDC token: GitHub answered HTTP 401",
    })
  })

  test.each(['<html>', '{}', 'null', '{"value":""}'])('in the answer %s', async (body) => {
    const server = createServer((_, response) => response.end(body))
    const url = await listen(server, { host: '127.0.0.1', port: 0 })
    const environment = { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' }
    await expect(idTokens({ environment, mask: () => {} })('x')).rejects.toMatchObject({
      failure: 'credentials',
      code: 'NoIdToken',
    })
    await close(server)
  })
})
