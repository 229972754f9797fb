import { spawn } from 'node:child_process'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { collect } from '../../demo/collect.ts'
import { Fleet } from '../../demo/fleet.ts'
import { ROOT } from '../../demo/runner.ts'

let fleet: Fleet

beforeEach(async () => {
  const badVersions = [
    { version: '3', fault: 'update-fails', servers: ['i-web-2'] },
    { version: '4', fault: 'unhealthy' },
    { version: '5', fault: 'answers-500' },
    { version: '6', fault: 'breaks-in-use' },
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
  const whole = await get('i-web-2', '/?ms=5')
  expect(Object.fromEntries(whole.headers)).toMatchObject({
    'content-length': '12',
    'x-server': 'i-web-2',
    'x-version': '1',
  })
  expect(await whole.text()).toBe('i-web-2 1 5\n')
  const parts = await get('i-web-1', '/?ms=5&chunked')
  expect(parts.headers.get('transfer-encoding')).toBe('chunked')
  expect(await parts.text()).toBe('i-web-1 1 5\n')
})

test('an update takes the server down, cuts what it was answering, and brings it up as another version', async () => {
  const cut = get('i-web-1', '/?ms=5000').then(
    () => 'answered',
    () => 'cut',
  )
  await get('i-web-1', '/')
  const updating = fleet.server('i-web-1').update('2')
  expect(await cut).toBe('cut')
  await expect(get('i-web-1', '/')).rejects.toThrow()
  expect(await updating).toBe(true)
  expect(await (await get('i-web-1', '/')).text()).toBe('i-web-1 2 0\n')
  expect(fleet.versions()).toEqual({ 'i-web-1': '2', 'i-web-2': '1' })
})

test('the update command asks for it', async () => {
  expect(await update('i-web-1', '2')).toMatchObject({
    exitCode: 0,
    stdout: 'stopping i-web-1, to start it again with 2\ni-web-1 is up again and runs 2\n',
  })
  expect(fleet.server('i-web-1').version).toBe('2')
})

test('a version that does not come up fails the command, and the server stays down', async () => {
  expect(await update('i-web-2', '3')).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining('i-web-2 did not come up with 3'),
  })
  expect(fleet.server('i-web-2').isUp).toBe(false)
  expect((await update('i-web-1', '3')).exitCode).toBe(0)
  expect((await update('i-web-2', '1')).exitCode).toBe(0)
  expect((await get('i-web-2', '/')).status).toBe(200)
})

test('a version may be unhealthy, or answer 500', async () => {
  await fleet.server('i-web-1').update('4')
  expect((await get('i-web-1', '/health')).status).toBe(500)
  expect((await get('i-web-1', '/')).status).toBe(200)
  await fleet.server('i-web-1').update('5')
  expect((await get('i-web-1', '/health')).status).toBe(200)
  expect((await get('i-web-1', '/')).status).toBe(500)
})

test('a version may break with the first request that comes through the load balancer, on each server by itself', async () => {
  const ask = async (id: string, headers = {}) => (await get(id, '/', headers)).status
  for (const id of ['i-web-1', 'i-web-2']) await fleet.server(id).update('6')
  expect([await ask('i-web-1'), await ask('i-web-1')]).toEqual([200, 200])
  expect(await ask('i-web-1', THROUGH_LOAD_BALANCER)).toBe(500)
  expect(await ask('i-web-1')).toBe(500)
  expect((await fetch(`${fleet.controlUrl}/i-web-1`)).status).toBe(500)
  expect((await get('i-web-1', '/health', THROUGH_LOAD_BALANCER)).status).toBe(200)
  expect((await fetch(`${fleet.controlUrl}/i-web-2`)).status).toBe(200)
  await fleet.server('i-web-1').update('6')
  expect(await ask('i-web-1')).toBe(200)
})

test('a server counts what comes through the load balancer', async () => {
  const server = fleet.server('i-web-1')
  for (const version of ['2', '5']) {
    await server.update(version)
    for (const headers of [{}, THROUGH_LOAD_BALANCER]) await (await get('i-web-1', '/', headers)).text()
  }
  await get('i-web-1', '/health', THROUGH_LOAD_BALANCER)
  expect(server).toMatchObject({ served: 1, failed: 1 })
})

test('an unknown server, and a fleet that is gone, fail the command', async () => {
  expect(await update('i-web-9', '2')).toMatchObject({ exitCode: 1 })
  await fleet.stop()
  expect(await update('i-web-1', '2')).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining('the fleet does not answer'),
  })
})
