import type { ProbeResult } from '../../simulator/account/health-check.ts'
import { VirtualClock } from '../../simulator/clock.ts'
import type { SimulatorEvent, StateEvent } from '../../simulator/events.ts'
import type { SimulatorOptions } from '../../simulator/options.ts'
import { Simulator } from '../../simulator/simulator.ts'

export interface HealthDescription {
  readonly Target: { readonly Id: string; readonly Port: number; readonly AvailabilityZone?: string }
  readonly HealthCheckPort: string
  readonly TargetHealth: { readonly State: string; readonly Reason?: string; readonly Description?: string }
  readonly AdministrativeOverride?: { readonly State: string }
}

/** One load balancer, one listener, and a group of three healthy instances on port 80, in virtual time. */
export class Setting {
  readonly clock = new VirtualClock()
  readonly simulator: Simulator
  readonly loadBalancerArn: string
  readonly listenerArn: string
  readonly groupArn: string
  readonly events: SimulatorEvent[] = []
  /** What health checks see, by id; 200 for those that are not here. */
  readonly seen = new Map<string, ProbeResult>()
  /** How many health checks there were, by id. */
  readonly checks = new Map<string, number>()

  constructor(
    options: Partial<SimulatorOptions> = {},
    group: Partial<Parameters<Simulator['addTargetGroup']>[0]> = {},
  ) {
    this.simulator = new Simulator({
      clock: this.clock,
      probe: ({ Id }) => {
        this.checks.set(Id, (this.checks.get(Id) ?? 0) + 1)
        return this.seen.get(Id) ?? { status: 200 }
      },
      ...options,
    })
    this.loadBalancerArn = this.simulator.addLoadBalancer({ name: 'web' })
    this.groupArn = this.simulator.addTargetGroup({
      name: 'blue',
      healthCheck: { intervalSeconds: 10 },
      attributes: { 'deregistration_delay.timeout_seconds': '300' },
      ...group,
    })
    this.listenerArn = this.simulator.addListener({
      loadBalancerArn: this.loadBalancerArn,
      forwardTo: this.groupArn,
    })
    this.simulator.addHealthyTargets(this.groupArn, [{ Id: 'i-1' }, { Id: 'i-2' }, { Id: 'i-3' }])
    this.simulator.observe((event) => this.events.push(event))
  }

  // biome-ignore lint/suspicious/noExplicitAny: tests look into the answers
  call(action: string, input: object): Promise<any> {
    return this.clock.run(this.simulator.call(action, input))
  }

  register(...Targets: { Id: string; Port?: number }[]): Promise<object> {
    return this.call('RegisterTargets', { TargetGroupArn: this.groupArn, Targets })
  }

  deregister(...Targets: { Id: string; Port?: number }[]): Promise<object> {
    return this.call('DeregisterTargets', { TargetGroupArn: this.groupArn, Targets })
  }

  async health(Targets?: { Id: string; Port?: number }[]): Promise<HealthDescription[]> {
    const input = { TargetGroupArn: this.groupArn, ...(Targets ? { Targets } : {}) }
    return (await this.call('DescribeTargetHealth', input)).TargetHealthDescriptions
  }

  /** `initial Elb.RegistrationInProgress` and the like. */
  async stateOf(Id: string, Port?: number): Promise<string> {
    const [found] = await this.health([{ Id, ...(Port === undefined ? {} : { Port }) }])
    const { State, Reason } = found?.TargetHealth ?? {}
    return Reason ? `${State} ${Reason}` : `${State}`
  }

  /** The states a target went through, with the seconds at which it did. */
  statesOf(id: string): string[] {
    return this.events
      .filter((event): event is StateEvent => event.type === 'state' && event.target.Id === id)
      .map((event) => `${event.at / 1000} ${event.to}`)
  }
}
