import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { forward } from '../../simulator/account/action.ts'
import { DataSetting } from './data-setting.ts'

const opened: DataSetting[] = []
const open: typeof DataSetting.open = async (...options) => {
  const setting = await DataSetting.open(...options)
  opened.push(setting)
  return setting
}

afterEach(async () => {
  for (const setting of opened.splice(0)) await setting.close()
})

/** Holds the requests to a target; what it answers with when they are let go. */
function hold(setting: DataSetting, id: string): { arrived: Promise<ServerResponse> } {
  return {
    arrived: new Promise((resolve) => {
      setting.on(id, (_, response) => resolve(response))
    }),
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

function forwardTo(
  ...TargetGroups: { TargetGroupArn: string; Weight: number }[]
): Parameters<DataSetting['simulator']['setActions']>[1] {
  return [{ Type: 'forward', ForwardConfig: { TargetGroups } }]
}

function addGreen(setting: DataSetting, weights: { blue: number; green: number }): string {
  const green = setting.simulator.addTargetGroup({ name: 'green' })
  setting.simulator.setActions(
    setting.listenerArn,
    forwardTo(
      { TargetGroupArn: setting.groupArn, Weight: weights.blue },
      { TargetGroupArn: green, Weight: weights.green },
    ),
  )
  return green
}

describe('which target', () => {
  test('the healthy ones in turn', async () => {
    const setting = await open()
    expect(await setting.spread(30)).toEqual({ 'i-1': 10, 'i-2': 10, 'i-3': 10 })
  })

  test('none that is draining, initial or unhealthy while another is healthy', async () => {
    const setting = await open()
    setting.seen.set('i-2', { status: 500 })
    await setting.clock.advance(30_000)
    await setting.deregister({ Id: 'i-1' })
    await setting.register({ Id: 'i-8' })
    expect(await setting.spread(10)).toEqual({ 'i-3': 10 })
  })

  test('all unhealthy ones when none is healthy: it fails open', async () => {
    const setting = await open()
    for (const id of ['i-1', 'i-2', 'i-3']) setting.seen.set(id, 'refused')
    await setting.clock.advance(30_000)
    expect(setting.simulator.targets(setting.groupArn).map(({ State }) => State)).toEqual(
      Array(3).fill('unhealthy'),
    )
    expect(await setting.spread(9)).toEqual({ 'i-1': 3, 'i-2': 3, 'i-3': 3 })
  })

  test('the unhealthy ones too below the group’s health threshold', async () => {
    const setting = await open()
    await setting.call('ModifyTargetGroupAttributes', {
      TargetGroupArn: setting.groupArn,
      Attributes: [
        {
          Key: 'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage',
          Value: '60',
        },
      ],
    })
    setting.seen.set('i-1', 'refused')
    await setting.clock.advance(30_000)
    expect(await setting.spread(10)).toEqual({ 'i-2': 5, 'i-3': 5 })
    setting.seen.set('i-2', 'refused')
    await setting.clock.advance(30_000)
    expect(await setting.spread(9)).toEqual({ 'i-1': 3, 'i-2': 3, 'i-3': 3 })
  })

  test('503 when all are draining or initial', async () => {
    const setting = await open()
    await setting.deregister({ Id: 'i-1' }, { Id: 'i-2' }, { Id: 'i-3' })
    await setting.register({ Id: 'i-8' })
    const { status, headers, body } = await setting.get()
    expect([status, headers.server]).toEqual([503, 'awselb/2.0'])
    expect(body).toContain('<title>503 Service Temporarily Unavailable</title>')
  })

  test('503 when there is none', async () => {
    const setting = await open()
    await setting.deregister({ Id: 'i-1' }, { Id: 'i-2' }, { Id: 'i-3' })
    await setting.clock.advance(300_000)
    expect((await setting.get()).status).toBe(503)
  })

  test('none in a zone from which traffic is shifted', async () => {
    const setting = await open()
    setting.simulator.addHealthyTargets(setting.groupArn, [{ Id: 'i-8', AvailabilityZone: 'us-east-1f' }])
    expect(Object.keys(await setting.spread(8))).toContain('i-8')
    setting.simulator.startZonalShift(setting.groupArn, 'us-east-1f')
    expect(Object.keys(await setting.spread(9))).not.toContain('i-8')
  })

  test('only those in the zone of the entrance where cross-zone balancing is off', async () => {
    const attributes = { 'load_balancing.cross_zone.enabled': 'false' }
    const setting = await open({}, { zone: 'us-east-1a' }, { attributes })
    expect(await setting.spread(8)).toEqual({ 'i-1': 4, 'i-3': 4 })
    setting.simulator.account
      .targetGroup(setting.groupArn)
      .setAttributes([['load_balancing.cross_zone.enabled', 'true']])
    expect(await setting.spread(9)).toEqual({ 'i-1': 3, 'i-2': 3, 'i-3': 3 })
  })

  test('one that has been deregistered gets requests until that has propagated', async () => {
    const setting = await open({ behaviour: { deregistrationLagMs: 2000 } })
    await setting.deregister({ Id: 'i-1' })
    expect(await setting.spread(9)).toEqual({ 'i-1': 3, 'i-2': 3, 'i-3': 3 })
    await setting.clock.advance(2000)
    expect(await setting.spread(8)).toEqual({ 'i-2': 4, 'i-3': 4 })
  })
})

describe('which group', () => {
  test('by weight', async () => {
    const setting = await open()
    const green = addGreen(setting, { blue: 3, green: 1 })
    setting.simulator.addHealthyTargets(green, [{ Id: 'i-8' }])
    const { 'i-8': greens = 0, ...blues } = await setting.spread(400)
    expect(greens).toBeGreaterThan(60)
    expect(greens).toBeLessThan(140)
    expect(Object.keys(blues)).toHaveLength(3)
    expect(setting.data.stats.byGroup[green]).toBe(greens)
  })

  test('none with weight 0', async () => {
    const setting = await open()
    const green = addGreen(setting, { blue: 0, green: 1 })
    setting.simulator.addHealthyTargets(green, [{ Id: 'i-8' }])
    expect(await setting.spread(50)).toEqual({ 'i-8': 50 })
  })

  test('an empty one too: its share gets 503', async () => {
    const setting = await open()
    addGreen(setting, { blue: 1, green: 1 })
    const { 503: failed = 0 } = await setting.spread(100)
    expect(failed).toBeGreaterThan(25)
    expect(failed).toBeLessThan(75)
  })

  test('that of the old rules until the new ones have propagated', async () => {
    const setting = await open({ behaviour: { ruleLagMs: 5000 } })
    const green = addGreen(setting, { blue: 0, green: 1 })
    setting.simulator.addHealthyTargets(green, [{ Id: 'i-8' }])
    expect(await setting.spread(9)).toEqual({ 'i-1': 3, 'i-2': 3, 'i-3': 3 })
    await setting.clock.advance(5000)
    expect(await setting.spread(10)).toEqual({ 'i-8': 10 })
  })
})

describe('draining', () => {
  test('a request in flight finishes, and no new one comes, also on a kept connection', async () => {
    const setting = await open()
    await setting.spread(9)
    const { arrived } = hold(setting, 'i-1')
    const answers = Promise.all([setting.get(), setting.get(), setting.get()])
    const response = await arrived
    await setting.deregister({ Id: 'i-1' })
    await setting.clock.advance(299_000)
    const before = setting.data.stats.byTarget['i-1:80']
    await setting.spread(10)
    expect(setting.data.stats.byTarget['i-1:80']).toBe(before)
    response.end('at last')
    expect((await answers).map(({ body }) => body)).toContain('at last')
  })

  test('behind a network load balancer what is open stays, unless it is told to close it', async () => {
    for (const [termination, expected] of [
      ['false', [200, 'at last']],
      ['true', [502, expect.anything()]],
    ] as const) {
      const attributes = {
        'deregistration_delay.timeout_seconds': '300',
        'deregistration_delay.connection_termination.enabled': termination,
      }
      const setting = await open({}, {}, { protocol: 'TCP', attributes })
      const { arrived } = hold(setting, 'i-1')
      const answers = Promise.all([setting.get(), setting.get(), setting.get()])
      const response = await arrived
      await setting.deregister({ Id: 'i-1' })
      await setting.clock.advance(400_000)
      response.end('at last')
      expect((await answers).map(({ status, body }) => [status, body])).toContainEqual(expected)
    }
  })

  test('a request still in flight at the end of the delay gets 502', async () => {
    const setting = await open()
    const { arrived } = hold(setting, 'i-1')
    const answers = Promise.all([setting.get(), setting.get(), setting.get()])
    const response = await arrived
    const closed = once(response, 'close')
    await setting.deregister({ Id: 'i-1' })
    await setting.clock.advance(300_000)
    expect((await answers).map(({ status }) => status).sort()).toEqual([200, 200, 502])
    await closed
    expect(setting.data.stats.ownErrors).toEqual({ 502: 1 })
  })

  test('an answer that has begun by then breaks off', async () => {
    const setting = await open()
    for (const id of ['i-1', 'i-2', 'i-3'])
      setting.on(id, (_, response) => response.writeHead(200).write('half'))
    const answer = setting.get()
    const failure = expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' })
    await until(() => Object.keys(setting.data.stats.byTarget).length > 0)
    await new Promise((resolve) => setTimeout(resolve, 20))
    await setting.deregister({ Id: 'i-1' }, { Id: 'i-2' }, { Id: 'i-3' })
    await setting.clock.advance(300_000)
    await failure
    await until(() => setting.data.stats.broken === 1)
  })

  test('when nothing forwards to the group any more, its requests are cut without a delay', async () => {
    const setting = await open()
    const { arrived } = hold(setting, 'i-1')
    const answers = Promise.all([setting.get(), setting.get(), setting.get()])
    await arrived
    await until(() => setting.data.stats.byStatus[200] === 2)
    const green = setting.simulator.addTargetGroup({ name: 'green' })
    setting.simulator.setActions(setting.listenerArn, [forward(green)])
    expect((await answers).map(({ status }) => status).sort()).toEqual([200, 200, 502])
  })
})

describe('targets that fail', () => {
  test('502 when it refuses the connection', async () => {
    const setting = await open()
    await setting.stop('i-2')
    expect(await setting.spread(3)).toEqual({ 'i-1': 1, 502: 1, 'i-3': 1 })
  })

  test('502 when it resets the connection before it answers', async () => {
    const setting = await open()
    setting.on('i-2', (incoming) => incoming.socket.resetAndDestroy())
    expect(await setting.spread(3)).toEqual({ 'i-1': 1, 502: 1, 'i-3': 1 })
  })

  test('504 when it is silent for the idle timeout', async () => {
    const setting = await open({}, { idleTimeoutMs: 50 })
    setting.on('i-2', () => undefined)
    expect(await setting.spread(3)).toEqual({ 'i-1': 1, 504: 1, 'i-3': 1 })
  })

  test('504 when the connection is not accepted in time', async () => {
    const full = await fullServer()
    const setting = await open({}, { resolve: () => full.address, connectTimeoutMs: 50 })
    const { status } = await setting.get()
    await full.close()
    expect(status).toBe(504)
  })

  test('a kept connection that the target has closed is not used again', async () => {
    const setting = await open()
    const closed: Promise<unknown>[] = []
    for (const id of ['i-1', 'i-2', 'i-3']) {
      setting.on(id, (incoming, response) => {
        closed.push(once(incoming.socket, 'close'))
        response.end(id, () => setImmediate(() => incoming.socket.end()))
      })
    }
    for (let round = 0; round < 5; round++) {
      expect(await setting.spread(3)).toEqual({ 'i-1': 1, 'i-2': 1, 'i-3': 1 })
      await Promise.all(closed)
    }
  })

  test('a client that goes away is not waited for', async () => {
    const setting = await open()
    const { arrived } = hold(setting, 'i-1')
    for (const id of ['i-2', 'i-3']) setting.on(id, (_, response) => response.end())
    const controller = new AbortController()
    const requests = Promise.allSettled(
      [1, 2, 3].map(() => fetch(setting.data.url, { signal: controller.signal })),
    )
    const gone = once(await arrived, 'close')
    controller.abort()
    await gone
    await requests
    await until(() => setting.data.stats.inFlight === 0)
  })
})

/** A server whose queue of connections is full, so that the next one hangs. */
async function fullServer(): Promise<{ address: { host: string; port: number }; close(): Promise<void> }> {
  const source = `
    const server = require('node:net').createServer()
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      require('node:fs').writeSync(1, String(server.address().port))
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    })`
  const child = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [chunk] = await once(child.stdout, 'data')
  const address = { host: '127.0.0.1', port: Number(chunk) }
  const fillers: Socket[] = []
  for (let index = 0; index < 4; index++) fillers.push(connect(address).on('error', () => undefined))
  await new Promise((resolve) => setTimeout(resolve, 50))
  return {
    address,
    close: async () => {
      for (const filler of fillers) filler.destroy()
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

describe('connections to a target that drains', () => {
  /** Whether the connection is open once a request over it has been answered, before it drains and while it does. */
  const states = async (idleConnectionsOfDraining: 'kept' | 'closed'): Promise<string[]> => {
    const setting = await open({ behaviour: { idleConnectionsOfDraining } })
    const { arrived } = hold(setting, 'i-1')
    const answers = [setting.get(), setting.get(), setting.get()]
    const response = await arrived
    const { socket } = response
    await setting.deregister({ Id: 'i-1' })
    const seen = [socket?.destroyed === true ? 'closed' : 'open']
    response.end('i-1')
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200])
    if (idleConnectionsOfDraining === 'closed') await until(() => socket?.destroyed === true)
    else await setting.spread(20)
    seen.push(socket?.destroyed === true ? 'closed' : 'open')
    return seen
  }

  test('kept: stay when nothing is in flight on them any more', async () => {
    expect(await states('kept')).toEqual(['open', 'open'])
  })

  test('closed: end with what is in flight, which is not cut', async () => {
    expect(await states('closed')).toEqual(['open', 'closed'])
  })

  test('closed: one that is registered again has new ones, and keeps them', async () => {
    const setting = await open({ behaviour: { idleConnectionsOfDraining: 'closed' } })
    const sockets = new Set<Socket>()
    setting.on('i-1', ({ socket }, response) => {
      sockets.add(socket)
      response.end('i-1')
    })
    await setting.spread(30)
    await setting.deregister({ Id: 'i-1' })
    await until(() => [...sockets].every(({ destroyed }) => destroyed))
    await setting.register({ Id: 'i-1' })
    await setting.clock.advance(30_000)
    sockets.clear()
    for (let request = 0; request < 9; request++) await setting.get()
    expect(sockets.size).toBe(1)
  })
})
