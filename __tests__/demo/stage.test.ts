import { afterEach, expect, test } from '@jest/globals'
import { Stage, type StageOptions } from '../../demo/stage.ts'
import { exposureIn, logShifts } from '../../demo/traffic.ts'

let stage: Stage | undefined

afterEach(() => stage?.close())

async function open(options: Partial<StageOptions>): Promise<Stage> {
  stage = await Stage.open({ servers: 2, version: '1', downMs: 1, speed: 20, ...options })
  return stage
}

/** Who answers, and with which version. */
async function answerOf(url: string): Promise<string> {
  return (await (await fetch(url)).text()).trim()
}

const askedAt = ({ data, path }: { data: { url: string }; path: string }): Promise<string> =>
  answerOf(`${data.url}${path}`)

const places = ({ simulator, groups }: Stage): Record<string, string[]> =>
  Object.fromEntries(groups.map(({ name, arn }) => [name, simulator.targets(arn).map(({ State }) => State)]))

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}

const forwardTo = ({ groups }: Stage, weights: readonly number[]) => ({
  Type: 'forward',
  ForwardConfig: {
    TargetGroups: groups.map(({ arn }, index) => ({ TargetGroupArn: arn, Weight: weights[index] ?? 0 })),
  },
})

test('one group, unless green is asked for', async () => {
  const stage = await open({})
  expect(stage.fleet.servers.map(({ id }) => id)).toEqual(['i-0eb00001', 'i-0eb00002'])
  expect(places(stage)).toEqual({ web: ['healthy', 'healthy'] })
  expect(stage.routes.map(({ name }) => name)).toEqual(['production'])
  expect(stage.weights()).toEqual({ web: 1 })
  expect(await askedAt(stage.route('production'))).toMatch(/^i-0eb0000\d 1 0$/)
})

test('green has servers of its own, and no traffic: no route has it', async () => {
  const stage = await open({ green: { servers: 3, version: '0' } })
  expect(stage.group('green').fleet.servers.map(({ id }) => id)).toEqual([
    'i-9ee00001',
    'i-9ee00002',
    'i-9ee00003',
  ])
  expect(places(stage)).toEqual({ blue: ['healthy', 'healthy'], green: ['unused', 'unused', 'unused'] })
  expect(stage.weights()).toEqual({ blue: 1 })
  expect(await askedAt(stage.route('production'))).toMatch(/^i-b1e0000\d 1 0$/)
})

test('one endpoint updates and asks the servers of both', async () => {
  const stage = await open({ green: {} })
  for (const id of ['i-b1e00002', 'i-9ee00001']) {
    await fetch(`${stage.controlUrl}/${id}`, { method: 'PUT', body: '2' })
    expect(await answerOf(`${stage.controlUrl}/${id}`)).toBe(`${id} 2 0`)
  }
  expect(stage.fleet.versions()).toEqual({ 'i-b1e00001': '1', 'i-b1e00002': '2' })
  expect(stage.group('green').fleet.versions()).toEqual({ 'i-9ee00001': '2', 'i-9ee00002': '1' })
  expect(stage.fleet.controlUrl).toBe(stage.controlUrl)
})

test('more routes: paths, and listeners on ports that the load balancer tells', async () => {
  const listeners = { internal: 'blue', test: 'green' } as const
  const stage = await open({ green: { attached: true, paths: ['/api/*'], listeners } })
  expect(places(stage)).toEqual({ blue: ['healthy', 'healthy'], green: ['healthy', 'healthy'] })
  const weights = stage.routes.map(({ name }) => [name, stage.weights(name)])
  expect(Object.fromEntries(weights)).toEqual({
    production: { blue: 1, green: 0 },
    '/api/*': { blue: 1 },
    internal: { blue: 1 },
    test: { green: 1 },
  })
  const answers = await Promise.all(stage.routes.map(askedAt))
  expect(answers.map((answer) => answer.slice(0, 5))).toEqual(['i-b1e', 'i-b1e', 'i-b1e', 'i-9ee'])
  const { arn, data } = stage.route('test')
  const described = await stage.simulator.call('DescribeListeners', { ListenerArns: [arn] })
  expect(described).toMatchObject({ Listeners: [{ Port: Number(new URL(data.url).port) }] })
})

test('the load goes by the weights of its route, and each change is written down', async () => {
  const stage = await open({ green: { attached: true, paths: ['/api/*'], version: '2' } })
  const load = stage.startLoad({ route: '/api/*', perSecond: 500, responseMs: [1, 2] })
  const shifts = logShifts(stage, load)
  await until(() => load.counts().served >= 20)
  expect(Object.keys(load.counts().servedByVersion)).toEqual(['1'])
  const { arn } = stage.route('/api/*')
  stage.simulator.setActions(arn, [forwardTo(stage, [3, 1])])
  await until(() => (load.counts().servedByVersion['2'] ?? 0) >= 5)
  stage.simulator.setActions(arn, [forwardTo(stage, [1, 0])])
  const { failed, sent } = await load.stop()
  expect(failed).toBe(0)
  expect(shifts).toMatchObject([
    { route: '/api/*', weights: { blue: 3, green: 1 }, green: 25 },
    { route: '/api/*', weights: { blue: 1, green: 0 }, green: 0 },
  ])
  expect(exposureIn(shifts)).toMatchObject({ most: 25, from: shifts[0], until: shifts[1] })
  expect(shifts[1]?.sent).toBeLessThanOrEqual(sent)
})
