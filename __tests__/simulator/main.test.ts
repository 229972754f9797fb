import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterEach, expect, test } from '@jest/globals'

let child: ChildProcess | undefined

afterEach(async () => {
  if (child && child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
})

async function start(...args: string[]): Promise<{ printed: string; stopped: Promise<unknown[]> }> {
  const main = new URL('../../simulator/main.ts', import.meta.url).pathname
  const started = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  child = started
  const stopped = once(started, 'exit')
  const [chunk] = await Promise.race([once(started.stdout, 'data'), stopped.then(() => text(started.stderr))])
  return { printed: String(chunk), stopped }
}

async function freePort(host: string): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return String(port)
}

test('from the command line: two servers, one of which drains and is gone, in real time made fast', async () => {
  const serverPort = await freePort('127.0.0.11')
  const { printed, stopped } = await start(
    '--port',
    '0',
    '--server-port',
    serverPort,
    '--delay',
    '20',
    '--speed',
    '100',
  )
  const find = (pattern: RegExp): string => pattern.exec(printed)?.[1] ?? ''
  const client = new ElasticLoadBalancingV2Client({
    endpoint: find(/LOAD_BALANCING_V2=(\S+)/),
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  const TargetGroupArn = find(/target group +(\S+)/)
  const targets = async (): Promise<TargetHealthDescription[]> =>
    (await client.send(new DescribeTargetHealthCommand({ TargetGroupArn }))).TargetHealthDescriptions ?? []
  const one = (await targets())[0]?.Target
  expect(one?.Id).toBe('127.0.0.11')
  await client.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets: one ? [one] : [] }))
  expect((await targets())[0]?.TargetHealth?.State).toBe('draining')
  const answer = await fetch(find(/traffic +(\S+)/))
  expect(await answer.json()).toEqual({ server: '127.0.0.12', version: 'v1' })
  while ((await targets()).length > 1) await new Promise((resolve) => setTimeout(resolve, 20))
  expect((await targets())[0]).toMatchObject({
    Target: { Id: '127.0.0.12' },
    TargetHealth: { State: 'healthy' },
  })
  client.destroy()
  child?.kill('SIGTERM')
  expect(await stopped).toEqual([0, null])
})

test('a wrong option is named', async () => {
  const { stopped } = await start('--servers', 'many')
  expect((await stopped)[0]).toBe(1)
})
