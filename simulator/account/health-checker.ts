import { QUIET } from '../clock.ts'
import { FAILED, type Health } from './health.ts'
import { type HealthCheck, judge, type ProbeResult, seenAs } from './health-check.ts'
import type { Surroundings } from './surroundings.ts'
import type { Target } from './target.ts'

interface CheckedGroup {
  readonly arn: string
  readonly healthCheck: HealthCheck
  readonly isNetwork: boolean
}

/** Checks the targets of one group on the clock: each at its own phase, every interval, until told to stop. */
export class HealthChecker {
  readonly #group: CheckedGroup
  readonly #surroundings: Surroundings
  readonly #enter: (target: Target, health: Health) => void

  constructor(
    group: CheckedGroup,
    surroundings: Surroundings,
    enter: (target: Target, health: Health) => void,
  ) {
    this.#group = group
    this.#surroundings = surroundings
    this.#enter = enter
  }

  /** Checks from now on, the first time at a random phase of the interval. */
  begin(target: Target): void {
    const { clock, random } = this.#surroundings
    this.stop(target)
    const phase = Math.floor(random() * this.#group.healthCheck.intervalSeconds * 1000)
    this.#checkAt(target, clock.now() + phase)
  }

  stop(target: Target): void {
    target.stopTimer()
    target.checking++
    target.passes = 0
    target.failures = 0
  }

  #checkAt(target: Target, at: number): void {
    target.cancelTimer = this.#surroundings.clock.schedule(at, () => {
      this.#checkAt(target, at + this.#group.healthCheck.intervalSeconds * 1000)
      return this.#check(target, at)
    })
  }

  #check(target: Target, at: number): unknown {
    const { healthCheck, arn } = this.#group
    const answer = this.#surroundings.probe({ Id: target.id, Port: target.port, groupArn: arn, healthCheck })
    if (isPromise(answer)) return this.#checkLater(target, answer, at)
    if (answer === 'timeout') return this.#timeOutLater(target, at)
    return this.#count(target, answer)
  }

  #checkLater(target: Target, answer: Promise<ProbeResult>, at: number): void {
    const { checking } = target
    let counted = false
    const countOnce = (result: ProbeResult): void => {
      if (counted) return
      counted = true
      cancelTimeout()
      if (target.checking === checking) this.#count(target, result)
    }
    const timeoutAt = at + this.#group.healthCheck.timeoutSeconds * 1000
    const cancelTimeout = this.#surroundings.clock.schedule(timeoutAt, () => countOnce('timeout'))
    answer.then(
      (result) => {
        if (result !== 'timeout') countOnce(result)
      },
      () => countOnce('refused'),
    )
  }

  #timeOutLater(target: Target, at: number): unknown {
    const { checking } = target
    this.#surroundings.clock.schedule(at + this.#group.healthCheck.timeoutSeconds * 1000, () =>
      target.checking === checking ? this.#count(target, 'timeout') : QUIET,
    )
    return QUIET
  }

  #count(target: Target, result: ProbeResult): unknown {
    const { healthCheck, isNetwork } = this.#group
    const failuresThatEndInitial =
      this.#surroundings.behaviour.failedChecksThatEndInitial ?? healthCheck.unhealthyThreshold
    const seen = seenAs(result, healthCheck)
    // The only reason that a Network Load Balancer gives.
    const shown = isNetwork && seen.state === 'unhealthy' ? FAILED : seen
    const health = judge(target, shown, { check: healthCheck, failuresThatEndInitial })
    if (!health) return QUIET
    this.#enter(target, health)
    return undefined
  }
}

/** By shape, because a promise may come from another realm. */
function isPromise(answer: ProbeResult | Promise<ProbeResult>): answer is Promise<ProbeResult> {
  return typeof answer === 'object' && 'then' in answer
}
