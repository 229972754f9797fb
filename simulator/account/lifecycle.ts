import { QUIET } from '../clock.ts'
import { drawDuration } from '../random.ts'
import {
  CHECKING,
  DRAINING,
  FAILED,
  type Health,
  NOT_CHECKED,
  NOT_IN_USE,
  notRunning,
  REGISTERING,
  UNHEALTHY_DRAINING,
} from './health.ts'
import type { HealthCheck } from './health-check.ts'
import { HealthChecker } from './health-checker.ts'
import { Past } from './past.ts'
import type { Surroundings } from './surroundings.ts'
import type { Target } from './target.ts'

interface LivingGroup {
  readonly arn: string
  readonly healthCheck: HealthCheck
  readonly isInUse: boolean
  readonly isNetwork: boolean
  readonly deregistrationDelayMs: number
  readonly deregistrationLagMs: number
  readonly unhealthyDrainMs: number
  readonly lingering: Map<string, Target>
  readonly targets: Map<string, Target>
  version: number
}

export interface KnownTarget {
  readonly target: Target
  readonly health: Health
}

/** Moves the targets of a group through their states; every change of state goes through here. */
export class Lifecycle {
  readonly #group: LivingGroup
  readonly #surroundings: Surroundings
  readonly #checker: HealthChecker
  readonly #past = new Past<KnownTarget>()

  constructor(group: LivingGroup, surroundings: Surroundings) {
    this.#group = group
    this.#surroundings = surroundings
    this.#checker = new HealthChecker(group, surroundings, (target, health) => this.#enter(target, health))
  }

  /** A registration, or a new beginning: the group came into use or went out of it, the instance started or stopped. */
  start(target: Target): void {
    const stopped = this.#surroundings.notRunning.get(target.id)
    this.#checker.stop(target)
    if (stopped) this.#enter(target, notRunning(stopped))
    else if (!this.#group.isInUse) this.#enter(target, NOT_IN_USE)
    else this.#beginRegistration(target)
  }

  /** A target that has long been so: nothing to wait for, and no past in which it was not there. */
  settle(target: Target, health: Health): void {
    this.#put(target, this.#group.isInUse ? health : NOT_IN_USE)
    if (this.#group.isInUse && this.#group.healthCheck.enabled) this.#checker.begin(target)
  }

  /**
   * The state shows `draining` for the whole delay, even when nothing is in flight (Edit target group attributes:
   * deregistration delay). Whether a group that is not in use drains at all is not documented.
   */
  drain(target: Target): void {
    const { clock, behaviour } = this.#surroundings
    const drains = this.#group.isInUse || behaviour.deregisterWhenNotInUse === 'draining'
    this.#checker.stop(target)
    target.drainingSince = clock.now()
    target.stateBeforeDraining = target.state
    if (!drains || this.#drainMs() === 0) {
      this.#remove(target)
      return
    }
    target.afterDraining = 'gone'
    this.#enter(target, DRAINING)
    this.scheduleEndOfDrain(target)
  }

  scheduleEndOfDrain(target: Target): void {
    const { clock } = this.#surroundings
    target.stopTimer()
    const end = Math.max(clock.now(), target.drainingSince + this.#drainMs())
    target.cancelTimer = clock.schedule(end, () => this.#drained(target))
  }

  #drained(target: Target): void {
    if (target.afterDraining === 'gone') this.#remove(target)
    else this.start(target)
  }

  /**
   * A Network Load Balancer needs minutes whatever the delay is; whether it says so is not documented.
   * https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/3270
   */
  #drainMs(): number {
    const { isNetwork, deregistrationDelayMs, deregistrationLagMs } = this.#group
    const shows = isNetwork && this.#surroundings.behaviour.networkDrains === 'while-lagging'
    return Math.max(deregistrationDelayMs, shows ? deregistrationLagMs : 0)
  }

  /** What was known at `time`. */
  asOf(time: number): Map<string, KnownTarget> {
    const now = new Map<string, KnownTarget>()
    for (const [key, target] of this.#group.targets) now.set(key, { target, health: target.health })
    return this.#past.asOf(time, now)
  }

  #beginRegistration(target: Target): void {
    const { clock, behaviour, random } = this.#surroundings
    this.#enter(target, REGISTERING)
    const { networkRegistrationLagMs, registrationLagMs } = behaviour
    const lag = this.#group.isNetwork ? networkRegistrationLagMs : registrationLagMs
    target.cancelTimer = clock.schedule(clock.now() + drawDuration(lag, random), () =>
      this.#registered(target),
    )
  }

  #registered(target: Target): void {
    const { enabled } = this.#group.healthCheck
    this.#enter(target, enabled ? CHECKING : NOT_CHECKED)
    if (enabled) this.#checker.begin(target)
  }

  #enter(target: Target, health: Health): void {
    this.#remember(target)
    if (health.state === 'unhealthy' && this.#group.unhealthyDrainMs > 0) this.#drainUnhealthy(target)
    else this.#put(target, health)
  }

  /** One that is still unhealthy after the interval loses its connections; it goes on being checked all the while. */
  #drainUnhealthy(target: Target): void {
    const { clock } = this.#surroundings
    const { checking } = target
    this.#put(target, UNHEALTHY_DRAINING)
    clock.schedule(clock.now() + this.#group.unhealthyDrainMs, () => {
      if (target.checking !== checking || target.state !== 'unhealthy.draining') return QUIET
      this.#remember(target)
      this.#put(target, FAILED)
      return undefined
    })
  }

  #put(target: Target, health: Health): void {
    const { targets } = this.#group
    const from = targets.has(target.key) ? target.state : 'unregistered'
    targets.set(target.key, target)
    this.#group.lingering.delete(target.key)
    target.health = health
    this.#announce(target, from, health)
  }

  #remove(target: Target): void {
    const from = target.state
    target.stopTimer()
    this.#remember(target)
    this.#group.targets.delete(target.key)
    if (this.#surroundings.clock.now() < target.drainingSince + this.#group.deregistrationLagMs)
      this.#group.lingering.set(target.key, target)
    this.#announce(target, from, undefined)
  }

  #remember(target: Target): void {
    const known = this.#group.targets.has(target.key) ? { target, health: target.health } : undefined
    this.#past.changed(this.#surroundings.clock.now(), target.key, known)
  }

  #announce(target: Target, from: Target['state'] | 'unregistered', health: Health | undefined): void {
    const to = health?.state ?? 'unregistered'
    if (from === to) return
    this.#group.version++
    this.#surroundings.stateChanged({ groupArn: this.#group.arn, target, from, to, health })
  }
}
