import { parseArgs } from 'node:util'
import { serveApi } from './api/serve.ts'
import { type BuiltInServer, startBuiltInServer } from './built-in-server.ts'
import { systemClock } from './clock.ts'
import { httpProbe } from './data/probe.ts'
import { type Resolve, type ServedData, serveData } from './data/serve.ts'
import { Simulator } from './simulator.ts'

const USAGE = `Runs a load balancer on this machine, with servers behind it, until it is interrupted.

  --servers N    servers in each target group (2)
  --groups N     target groups; the first carries the traffic, the others wait at weight 0 (1)
  --delay S      deregistration delay in seconds (30)
  --interval S   health check interval in seconds, at least 5 (5)
  --speed N      how many times as fast as real time drains and health checks run (1)
  --port N       port of the API (4566); the listener's is the next; 0 takes free ones
  --server-port N
                 port of the servers, each at an address of its own from 127.0.0.11 on (9000)
  --help`

const FIRST_HOST = 11

interface Options {
  readonly servers: number
  readonly groups: number
  readonly delay: number
  readonly interval: number
  readonly speed: number
  readonly port: number
  readonly serverPort: number
}

function optionsFrom(args: string[]): Options | undefined {
  const text = (value: string) => ({ type: 'string', default: value }) as const
  const { values } = parseArgs({
    args,
    options: {
      servers: text('2'),
      groups: text('1'),
      delay: text('30'),
      interval: text('5'),
      speed: text('1'),
      port: text('4566'),
      'server-port': text('9000'),
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  return {
    servers: count('servers', values.servers),
    groups: count('groups', values.groups),
    delay: count('delay', values.delay, 0),
    interval: count('interval', values.interval),
    speed: count('speed', values.speed),
    port: count('port', values.port, 0),
    serverPort: count('server-port', values['server-port']),
  }
}

function count(name: string, value: string, least = 1): number {
  if (/^\d+$/.test(value) && Number(value) >= least) return Number(value)
  throw new Error(`--${name} takes a whole number from ${least} on, not '${value}'`)
}

/** Targets are registered by their address on this machine's loopback, so that is where they are. */
const resolve: Resolve = ({ Id, Port }) => ({ host: Id, port: Port })

interface Setting {
  readonly simulator: Simulator
  readonly loadBalancerArn: string
  readonly listenerArn: string
  readonly groupArns: readonly string[]
}

function setUp(options: Options): Setting {
  const simulator = new Simulator({ clock: systemClock({ speed: options.speed }), probe: httpProbe(resolve) })
  const loadBalancerArn = simulator.addLoadBalancer({ name: 'local' })
  const groupArns = Array.from({ length: options.groups }, (_, index) =>
    simulator.addTargetGroup({
      name: `group-${index + 1}`,
      targetType: 'ip',
      port: options.serverPort,
      healthCheck: { path: '/health', intervalSeconds: options.interval, timeoutSeconds: 2 },
      attributes: { 'deregistration_delay.timeout_seconds': String(options.delay) },
    }),
  )
  const TargetGroups = groupArns.map((TargetGroupArn, index) => ({
    TargetGroupArn,
    Weight: index === 0 ? 100 : 0,
  }))
  const listenerArn = simulator.addListener({
    loadBalancerArn,
    port: options.port + 1,
    defaultActions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
  })
  return { simulator, loadBalancerArn, listenerArn, groupArns }
}

async function startServers({ simulator, groupArns }: Setting, options: Options): Promise<BuiltInServer[]> {
  const hosts = groupArns.map((_, group) =>
    Array.from(
      { length: options.servers },
      (_, index) => `127.0.0.${FIRST_HOST + group * options.servers + index}`,
    ),
  )
  const servers = await Promise.all(
    hosts.flat().map((host) => startBuiltInServer({ host, port: options.serverPort, version: 'v1' })),
  )
  for (const [group, arn] of groupArns.entries()) {
    const targets = (hosts[group] ?? []).map((Id) => ({ Id, Port: options.serverPort }))
    simulator.addHealthyTargets(arn, targets)
  }
  return servers
}

function describe(
  setting: Setting,
  urls: { api: string; data: ServedData; servers: readonly BuiltInServer[] },
): string {
  return [
    `export AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2=${urls.api}`,
    'export AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test',
    '',
    `load balancer  ${setting.loadBalancerArn}`,
    `listener       ${setting.listenerArn}`,
    ...setting.groupArns.map((arn) => `target group   ${arn}`),
    `traffic        ${urls.data.url}`,
    ...urls.servers.map(
      (server) => `server         ${server.url}   (update: curl -X PUT -d v2 ${server.url}/version)`,
    ),
  ].join('\n')
}

async function main(): Promise<void> {
  const options = optionsFrom(process.argv.slice(2))
  if (!options) return console.log(USAGE)
  const setting = setUp(options)
  const servers = await startServers(setting, options)
  const api = await serveApi(setting.simulator, { port: options.port })
  const data = await serveData(setting.simulator, {
    ...setting,
    port: options.port && options.port + 1,
    resolve,
  })
  console.log(describe(setting, { api: api.url, data, servers }))
  const stop = async (): Promise<void> => {
    await Promise.all([api, data, ...servers].map((each) => each.close()))
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void stop()
    })
  }
}

main().catch((error: Error) => {
  console.error(error.message)
  process.exit(1)
})
