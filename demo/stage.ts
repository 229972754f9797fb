import { constants, setPriority } from 'node:os'
import { type ServedApi, serveApi } from '../simulator/api/serve.ts'
import { systemClock } from '../simulator/clock.ts'
import { httpProbe } from '../simulator/data/probe.ts'
import { type Resolve, type ServedData, serveData } from '../simulator/data/serve.ts'
import type { Behaviour, Faults } from '../simulator/options.ts'
import { type ShownTarget, Simulator } from '../simulator/simulator.ts'
import { Fleet, type FleetOptions } from './fleet.ts'
import { Load, type LoadOptions } from './load.ts'
import { ActionRun, ROOT, type RunOptions } from './runner.ts'

export interface StageOptions extends FleetOptions {
  /** How many times as fast as real time the load balancer drains and checks; the action goes by real time. */
  readonly speed?: number
  readonly delaySeconds?: number
  readonly intervalSeconds?: number
  readonly checkTimeoutSeconds?: number
  readonly seed?: number
  readonly faults?: Partial<Faults>
  readonly behaviour?: Partial<Behaviour>
}

/** Asks the fleet to update the server. Also in the README's workflow there is one command like it. */
export const UPDATE_COMMAND = 'node demo/update.mjs'

/** A load balancer with servers behind it, all real but for AWS: what a rollout is run against. */
export class Stage {
  readonly fleet: Fleet
  readonly simulator: Simulator
  readonly groupArn: string
  readonly api: ServedApi
  readonly data: ServedData
  readonly #loads: Load[] = []
  readonly #runs: ActionRun[] = []

  private constructor(parts: Pick<Stage, 'fleet' | 'simulator' | 'groupArn' | 'api' | 'data'>) {
    this.fleet = parts.fleet
    this.simulator = parts.simulator
    this.groupArn = parts.groupArn
    this.api = parts.api
    this.data = parts.data
  }

  static async open(options: StageOptions): Promise<Stage> {
    const fleet = await Fleet.start(options)
    const resolve: Resolve = ({ Id }) => fleet.addressOf(Id)
    const { simulator, ...arns } = createLoadBalancer(options, resolve)
    const targets = fleet.servers.map(({ id }) => ({ Id: id }))
    simulator.addHealthyTargets(arns.groupArn, targets)
    const [api, data] = await Promise.all([serveApi(simulator), serveData(simulator, { ...arns, resolve })])
    return new Stage({ fleet, simulator, groupArn: arns.groupArn, api, data })
  }

  /** As the load balancer has it now. */
  targets(): ShownTarget[] {
    return this.simulator.targets(this.groupArn)
  }

  startLoad(options: Omit<LoadOptions, 'url'> = {}): Load {
    const load = new Load({ url: this.data.url, ...options })
    this.#loads.push(load)
    return load
  }

  /** Runs the action; what is not given is as a reader of the README would have it. */
  run(
    inputs: Readonly<Record<string, string>>,
    options: Omit<RunOptions, 'inputs' | 'apiUrl'> = {},
  ): ActionRun {
    const run = new ActionRun({
      ...options,
      apiUrl: this.api.url,
      environment: { DEMO_FLEET: this.fleet.controlUrl, ...options.environment },
      inputs: {
        strategy: 'in-place',
        'target-group-arns': this.groupArn,
        'update-command': UPDATE_COMMAND,
        'working-directory': ROOT,
        ...inputs,
      },
    })
    // The load balancer, the servers and the load are all in this process: whoever is here with them waits his turn.
    setPriority(run.pid, constants.priority.PRIORITY_LOW)
    this.#runs.push(run)
    return run
  }

  /** Ends everything, whatever is under way. */
  async close(): Promise<void> {
    await Promise.all(this.#runs.map((run) => run.kill()))
    await Promise.all(this.#loads.map((load) => load.stop()))
    await Promise.all([this.api.close(), this.data.close(), this.fleet.stop()])
  }
}

function createLoadBalancer(options: StageOptions, resolve: Resolve) {
  const { speed = 1, delaySeconds = 5, intervalSeconds = 5, checkTimeoutSeconds = 2, ...rest } = options
  const simulator = new Simulator({
    clock: systemClock({ speed }),
    probe: httpProbe(resolve),
    ...('seed' in rest ? { seed: rest.seed ?? 1 } : {}),
    ...('faults' in rest ? { faults: rest.faults ?? {} } : {}),
    ...('behaviour' in rest ? { behaviour: rest.behaviour ?? {} } : {}),
  })
  const loadBalancerArn = simulator.addLoadBalancer({ name: 'shop' })
  const groupArn = simulator.addTargetGroup({
    name: 'web',
    healthCheck: { path: '/health', intervalSeconds, timeoutSeconds: checkTimeoutSeconds },
    attributes: { 'deregistration_delay.timeout_seconds': String(delaySeconds) },
  })
  const listenerArn = simulator.addListener({ loadBalancerArn, forwardTo: groupArn })
  return { simulator, loadBalancerArn, groupArn, listenerArn }
}
