import { validationError } from '../aws-error.ts'
import type { Clock } from '../clock.ts'
import { AutoScalingGroup, type AutoScalingGroupSettings } from './group.ts'
import type { AutoScalingBehaviour } from './options.ts'

/** What the operations work on. */
export class AutoScalingAccount {
  readonly groups = new Map<string, AutoScalingGroup>()
  readonly clock: Clock
  readonly behaviour: AutoScalingBehaviour
  /** Region and account, as ARNs have them. */
  readonly place: string
  /** Ids that the next answer about instances lacks. */
  overlooked: readonly string[] = []

  constructor(clock: Clock, behaviour: AutoScalingBehaviour, place: string) {
    this.clock = clock
    this.behaviour = behaviour
    this.place = place
  }

  add(settings: AutoScalingGroupSettings): AutoScalingGroup {
    const group = new AutoScalingGroup(settings, this.now())
    this.groups.set(group.name, group)
    return group
  }

  group(name: string): AutoScalingGroup {
    const group = this.groups.get(name)
    if (group === undefined) throw validationError('AutoScalingGroup name not found - null')
    return group
  }

  /** As suspension reasons have it. */
  now(): string {
    return new Date(this.clock.now()).toISOString()
  }
}
