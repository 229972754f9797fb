import { constants, setPriority } from 'node:os'
import { type ServedApi, serveApi } from '../simulator/api/serve.ts'
import { AutoScaling } from '../simulator/auto-scaling/auto-scaling.ts'
import { type ServedAutoScaling, serveAutoScaling } from '../simulator/auto-scaling/serve.ts'
import type { CloudWatch } from '../simulator/cloudwatch/cloudwatch.ts'
import type { ServedData } from '../simulator/data/serve.ts'
import type { ShownTarget, Simulator } from '../simulator/simulator.ts'
import { Control } from './control.ts'
import { Fleet, type FleetOptions } from './fleet.ts'
import { Load, type LoadOptions } from './load.ts'
import { type Group, type LoadBalancer, type LoadBalancerOptions, openLoadBalancer } from './load-balancer.ts'
import { type Outside, type OutsideOptions, openOutside } from './outside.ts'
import { type MoreRoutes, PRODUCTION, type Route } from './routes.ts'
import type { RunCommand } from './run-command.ts'
import { ActionRun, ROOT, type RunOptions } from './runner.ts'
import { type Time, type TimeOptions, timeFor } from './time.ts'
import { type Weights, weightsIn } from './traffic.ts'

export interface StageOptions extends FleetOptions, LoadBalancerOptions, TimeOptions, OutsideOptions {
  /** A second target group, for blue-green: with these the first one is called blue, and has all the traffic. */
  readonly green?: GreenOptions
}

/** What is not given of the servers is as it is in blue. */
export interface GreenOptions extends Partial<FleetOptions>, MoreRoutes {
  /** Whether the listener on port 80 has green from the start, at weight 0; else no route has it. */
  readonly attached?: boolean
}

/** Asks the fleet to update the server. Also in the README's workflow there is one command like it. */
export const UPDATE_COMMAND = 'node demo/update.mjs'

interface Parts extends LoadBalancer, Pick<Stage, 'api' | 'autoScaling'> {
  readonly control: Control
  readonly outside: Outside
  readonly autoScalingApi: ServedAutoScaling
  readonly time: Time
}

/** A load balancer with servers behind it, all real but for AWS: what a rollout is run against. */
export class Stage {
  readonly simulator: Simulator
  /** `web`; with green, `blue` and `green`. */
  readonly groups: readonly Group[]
  readonly routes: readonly Route[]
  readonly api: ServedApi
  readonly #outside: Outside
  /** Without a group, unless one is added. */
  readonly autoScaling: AutoScaling
  readonly #autoScalingApi: ServedAutoScaling
  readonly #control: Control
  readonly #time: Time
  readonly #loads: Load[] = []
  readonly #runs: ActionRun[] = []

  private constructor(parts: Parts) {
    this.simulator = parts.simulator
    this.groups = parts.groups
    this.routes = parts.routes
    this.api = parts.api
    this.#outside = parts.outside
    this.autoScaling = parts.autoScaling
    this.#autoScalingApi = parts.autoScalingApi
    this.#control = parts.control
    this.#time = parts.time
  }

  static async open(options: StageOptions): Promise<Stage> {
    const control = await Control.open()
    const fleets = await startFleets(options, control)
    const time = timeFor(options)
    const servers = Object.values(fleets).flatMap((fleet) => fleet.servers.map(({ id }) => id))
    const outside = await openOutside(options, { clock: time.action, servers, fleetUrl: control.url })
    const loadBalancer = await openLoadBalancer({
      ...{ options, fleets, clock: time.loadBalancer, routes: options.green ?? {} },
      resolve: ({ Id }) => control.addressOf(Id),
      ...(outside.meterFor && { meterFor: outside.meterFor }),
    })
    const { simulator } = loadBalancer
    const autoScaling = new AutoScaling({ clock: simulator.clock, loadBalancing: simulator })
    const [api, autoScalingApi] = await Promise.all([serveApi(simulator), serveAutoScaling(autoScaling)])
    return new Stage({ ...loadBalancer, api, autoScaling, autoScalingApi, outside, control, time })
  }

  /** By its name; without one, the first. */
  group(name?: string): Group {
    const found = this.groups.find((group) => name === undefined || group.name === name)
    if (found === undefined) throw new Error(`there is no group ${name}`)
    return found
  }

  route(name: string): Route {
    const found = this.routes.find((route) => route.name === name)
    if (found === undefined) throw new Error(`there is no route ${name}`)
    return found
  }

  /** Of the first group. */
  get fleet(): Fleet {
    return this.group().fleet
  }

  /** Of the first group. */
  get groupArn(): string {
    return this.group().arn
  }

  /** The listener on port 80. */
  get data(): ServedData {
    return this.route(PRODUCTION).data
  }

  /** See Control; it knows the servers of all groups. */
  get controlUrl(): string {
    return this.#control.url
  }

  /** Throws when the stage has been opened without agents. */
  get runCommand(): RunCommand {
    if (this.#outside.runCommand === undefined) throw new Error('the servers have no agents')
    return this.#outside.runCommand
  }

  /** Throws when the stage has been opened without it. */
  get cloudWatch(): CloudWatch {
    if (this.#outside.cloudWatch === undefined) throw new Error('there is no CloudWatch')
    return this.#outside.cloudWatch
  }

  /** Of a group, of the first unless named, as the load balancer has it now. */
  targets(name?: string): ShownTarget[] {
    return this.simulator.targets(this.group(name).arn)
  }

  /** Those that a route has now. */
  weights(route: string = PRODUCTION): Weights {
    return weightsIn(this.simulator.actions(this.route(route).arn), this.groups)
  }

  /** Through the listener on port 80, unless another route is named. */
  startLoad({ route = PRODUCTION, ...options }: Omit<LoadOptions, 'url'> & { route?: string } = {}): Load {
    const { data, path } = this.route(route)
    const load = new Load({ url: data.url, path, ...options })
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
      environment: {
        DEMO_FLEET: this.controlUrl,
        ...this.#time.environment,
        ...this.#outside.environment,
        AWS_ENDPOINT_URL_AUTO_SCALING: this.#autoScalingApi.url,
        ...options.environment,
      },
      inputs: {
        strategy: this.groups.length === 1 ? 'in-place' : 'blue-green',
        'target-group-arns': this.groups.map(({ arn }) => arn).join(','),
        'test-listener-arns': this.#testListenerArns().join(','),
        'working-directory': ROOT,
        ...this.#updateInputs(),
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
    const planes = new Set(this.routes.map(({ data }) => data))
    const served = [this.api, this.#autoScalingApi, this.#outside, this.#control, ...planes]
    await Promise.all(served.map((each) => each.close()))
    await Promise.all(this.groups.map(({ fleet }) => fleet.stop()))
  }

  #updateInputs(): Record<string, string> {
    if (this.#outside.runCommand === undefined) return { 'update-command': UPDATE_COMMAND }
    const parameters = { commands: [UPDATE_COMMAND], workingDirectory: ROOT }
    return { 'ssm-parameters': JSON.stringify(parameters) }
  }

  #testListenerArns(): string[] {
    return this.routes.filter(({ shows }) => shows === 'green').map(({ arn }) => arn)
  }
}

async function startFleets(options: StageOptions, control: Control): Promise<Record<string, Fleet>> {
  if (options.green === undefined) return { web: await Fleet.start(options, { name: 'web', control }) }
  const green = { ...options, ...options.green }
  return {
    blue: await Fleet.start(options, { name: 'blue', control }),
    green: await Fleet.start(green, { name: 'green', control }),
  }
}
