import { spawn } from 'node:child_process'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { collect } from '../../demo/collect.ts'
import { Fleet } from '../../demo/fleet.ts'
import { ROOT } from '../../demo/runner.ts'

let fleet: Fleet

beforeEach(async () => {
  const badVersions = [
    { version: '3', fault: 'update-fails', servers: ['i-0eb00002'] },
    { version: '4', fault: 'unhealthy' },
    { version: '5', fault: 'answers-500' },
    { version: '6', fault: 'breaks-in-use' },
    { version: '7', fault: 'fails-at-times' },
  ] as const
  fleet = await Fleet.start({ servers: 2, version: '1', downMs: 100, badVersions })
})

afterEach(() => fleet.stop())

function get(id: string, path: string, headers: Record<string, string> = {}): Promise<Response> {
  const { host, port } = fleet.addressOf(id)
  return fetch(`http://${host}:${port}${path}`, { headers })
}

const THROUGH_LOAD_BALANCER = { 'x-forwarded-for': '192.0.2.1' }

/** As the action would run the update command. */
async function update(id: string, version: string): Promise<{ exitCode: number; stdout: string }> {
  const child = spawn(process.execPath, [`${ROOT}/demo/update.mjs`], {
    env: { ROLLOUT_TARGET_ID: id, ROLLOUT_VERSION: version, DEMO_FLEET: fleet.controlUrl },
  })
  return collect(child)
}

test('each server says who it is and what it runs, at once or in parts', async () => {
  const whole = await get('i-0eb00002', '/?ms=5')
  expect(Object.fromEntries(whole.headers)).toMatchObject({
    'content-length': '15',
    'x-server': 'i-0eb00002',
    'x-version': '1',
  })
  expect(await whole.text()).toBe('i-0eb00002 1 5\n')
  const parts = await get('i-0eb00001', '/?ms=5&chunked')
  expect(parts.headers.get('transfer-encoding')).toBe('chunked')
  expect(await parts.text()).toBe('i-0eb00001 1 5\n')
})

test('an update takes the server down, cuts what it was answering, and brings it up as another version', async () => {
  const cut = get('i-0eb00001', '/?ms=5000').then(
    () => 'answered',
    () => 'cut',
  )
  await get('i-0eb00001', '/')
  const updating = fleet.server('i-0eb00001').update('2')
  expect(await cut).toBe('cut')
  await expect(get('i-0eb00001', '/')).rejects.toThrow()
  expect(await updating).toBe(true)
  expect(await (await get('i-0eb00001', '/')).text()).toBe('i-0eb00001 2 0\n')
  expect(fleet.versions()).toEqual({ 'i-0eb00001': '2', 'i-0eb00002': '1' })
})

test('the update command asks for it', async () => {
  expect(await update('i-0eb00001', '2')).toMatchObject({
    exitCode: 0,
    stdout: 'stopping i-0eb00001, to start it again with 2\ni-0eb00001 is up again and runs 2\n',
  })
  expect(fleet.server('i-0eb00001').version).toBe('2')
})

test('a version that does not come up fails the command, and the server stays down', async () => {
  expect(await update('i-0eb00002', '3')).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining('i-0eb00002 did not come up with 3'),
  })
  expect(fleet.server('i-0eb00002').isUp).toBe(false)
  expect((await update('i-0eb00001', '3')).exitCode).toBe(0)
  expect((await update('i-0eb00002', '1')).exitCode).toBe(0)
  expect((await get('i-0eb00002', '/')).status).toBe(200)
})

test('a version may be unhealthy, or answer 500', async () => {
  await fleet.server('i-0eb00001').update('4')
  expect((await get('i-0eb00001', '/health')).status).toBe(500)
  expect((await get('i-0eb00001', '/')).status).toBe(200)
  await fleet.server('i-0eb00001').update('5')
  expect((await get('i-0eb00001', '/health')).status).toBe(200)
  expect((await get('i-0eb00001', '/')).status).toBe(500)
})

test('a version may break with the first request that comes through the load balancer, on each server by itself', async () => {
  const ask = async (id: string, headers = {}) => (await get(id, '/', headers)).status
  for (const id of ['i-0eb00001', 'i-0eb00002']) await fleet.server(id).update('6')
  expect([await ask('i-0eb00001'), await ask('i-0eb00001')]).toEqual([200, 200])
  expect(await ask('i-0eb00001', THROUGH_LOAD_BALANCER)).toBe(500)
  expect(await ask('i-0eb00001')).toBe(500)
  expect((await fetch(`${fleet.controlUrl}/i-0eb00001`)).status).toBe(500)
  expect((await get('i-0eb00001', '/health', THROUGH_LOAD_BALANCER)).status).toBe(200)
  expect((await fetch(`${fleet.controlUrl}/i-0eb00002`)).status).toBe(200)
  await fleet.server('i-0eb00001').update('6')
  expect(await ask('i-0eb00001')).toBe(200)
})

test('a version may fail one in five of the requests that come through the load balancer, and no other', async () => {
  const ask = async (headers = {}) => (await get('i-0eb00001', '/', headers)).status
  await fleet.server('i-0eb00001').update('7')
  const seen: number[] = []
  for (let n = 0; n < 10; n++) seen.push(await ask(THROUGH_LOAD_BALANCER), await ask())
  const users = seen.filter((_, index) => index % 2 === 0)
  expect(users.map((status) => Number(status === 500))).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
  expect(seen.filter((status) => status === 500)).toHaveLength(2)
})

test('a server counts what comes through the load balancer', async () => {
  const server = fleet.server('i-0eb00001')
  for (const version of ['2', '5']) {
    await server.update(version)
    for (const headers of [{}, THROUGH_LOAD_BALANCER]) await (await get('i-0eb00001', '/', headers)).text()
  }
  await get('i-0eb00001', '/health', THROUGH_LOAD_BALANCER)
  expect(server).toMatchObject({ served: 1, failed: 1 })
})

test('an unknown server, and a fleet that is gone, fail the command', async () => {
  expect(await update('i-0eb00009', '2')).toMatchObject({ exitCode: 1 })
  await fleet.stop()
  expect(await update('i-0eb00001', '2')).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining('the fleet does not answer'),
  })
})
