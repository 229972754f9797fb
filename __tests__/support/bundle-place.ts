import { ActionRun, type RunOptions, requireBuild } from '../../demo/runner.ts'
import { type ServedApi, serveApi } from '../../simulator/api/serve.ts'
import { systemClock } from '../../simulator/clock.ts'
import { Simulator } from '../../simulator/simulator.ts'

type Inputs = Readonly<Record<string, string>>

/** A pair of target groups and nothing behind them: for what the built action does beside the load balancer. */
export class BundlePlace {
  readonly simulator: Simulator
  readonly #groups: readonly string[]
  readonly #api: ServedApi
  readonly #runs: ActionRun[] = []

  private constructor(simulator: Simulator, groups: readonly string[], api: ServedApi) {
    this.simulator = simulator
    this.#groups = groups
    this.#api = api
  }

  static async open(): Promise<BundlePlace> {
    requireBuild()
    const simulator = new Simulator({ clock: systemClock(), seed: 1, probe: () => ({ status: 200 }) })
    const groups = ['blue', 'green'].map((name) => addGroup(simulator, name))
    const TargetGroups = groups.map((arn, index) => ({ TargetGroupArn: arn, Weight: 1 - index }))
    const forward = { Type: 'forward' as const, ForwardConfig: { TargetGroups } }
    const loadBalancerArn = simulator.addLoadBalancer({ name: 'web' })
    simulator.addListener({ loadBalancerArn, port: 80, defaultActions: [forward] })
    for (const [index, arn] of groups.entries())
      simulator.addHealthyTargets(arn, [{ Id: `10.0.${index}.11`, Port: 8080 }])
    return new BundlePlace(simulator, groups, await serveApi(simulator))
  }

  /** An address that answers, but not as a service should. */
  get badUrl(): string {
    return this.#api.url
  }

  /** What is not given moves all traffic at once, and waits for nothing. */
  run(inputs: Inputs, options: Omit<RunOptions, 'inputs' | 'apiUrl'> = {}): ActionRun {
    const run = new ActionRun({
      ...options,
      apiUrl: this.#api.url,
      inputs: {
        ...{ strategy: 'blue-green', 'target-group-arns': this.#groups.join(','), 'healthy-for': '1s' },
        ...{ 'settle-time': '0s', 'bake-time': '0s' },
        ...inputs,
      },
    })
    this.#runs.push(run)
    return run
  }

  async close(): Promise<void> {
    await Promise.all(this.#runs.map((run) => run.kill()))
    await this.#api.close()
  }
}

const addGroup = (simulator: Simulator, name: string): string =>
  simulator.addTargetGroup({
    ...{ name, targetType: 'ip', healthCheck: { intervalSeconds: 5, timeoutSeconds: 4 } },
    attributes: { 'deregistration_delay.timeout_seconds': '1' },
  })
