import { QUIET } from '../clock.ts'
import { drawDuration, type Random } from '../random.ts'
import type { Activity, AutoScalingGroup, Instance } from './group.ts'
import type { AutoScalingBehaviour, AutoScalingOptions } from './options.ts'

interface Surroundings
  extends Pick<AutoScalingOptions, 'clock' | 'loadBalancing' | 'onLaunch' | 'onTerminate'> {
  readonly behaviour: AutoScalingBehaviour
  readonly random: Random
}

/** What a group does to instances: launches, registers, looks after, terminates. */
export class Fleet {
  readonly #surroundings: Surroundings
  #launched = 0

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  /** Has long been in service. */
  adopt(group: AutoScalingGroup, id: string): void {
    group.instances.set(id, { id, zone: this.#zoneOf(group, id), lifecycle: 'InService', health: 'Healthy' })
  }

  /** Looks at the health of a group's instances, from now on for ever. */
  watch(group: AutoScalingGroup): void {
    const { clock, behaviour } = this.#surroundings
    clock.schedule(clock.now() + behaviour.healthCheckEveryMs, () => {
      const acted = this.#look(group)
      this.watch(group)
      return acted ? undefined : QUIET
    })
  }

  launch(group: AutoScalingGroup): void {
    if (!group.runs('Launch')) return
    const { clock, behaviour, random, onLaunch } = this.#surroundings
    const id = `i-${(0xa000_0000 + ++this.#launched).toString(16)}`
    const instance: Instance = { id, zone: this.#zoneOf(group, id), lifecycle: 'Pending', health: 'Healthy' }
    group.instances.set(id, instance)
    onLaunch?.(id, group.name)
    clock.schedule(clock.now() + drawDuration(behaviour.bootMs, random), () => {
      if (instance.lifecycle === 'Pending') this.#enterService(group, instance)
    })
  }

  /** It is deregistered, drains, and is then gone. */
  terminate(group: AutoScalingGroup, instance: Instance, cause: Activity['cause']): void {
    const { clock, loadBalancing } = this.#surroundings
    group.activities.push({ at: clock.now(), instance: instance.id, cause })
    instance.lifecycle = 'Terminating'
    let drainMs = 0
    for (const { groupArn, port } of group.settings.targetGroups) {
      const targetGroup = loadBalancing.account.targetGroup(groupArn)
      drainMs = Math.max(drainMs, targetGroup.deregistrationDelayMs)
      targetGroup.deregister([{ Id: instance.id, ...(port === undefined ? {} : { Port: port }) }])
    }
    clock.schedule(clock.now() + drainMs, () => this.end(group, instance))
  }

  /** The machine stops for good, and is soon forgotten. */
  end(group: AutoScalingGroup, instance: Instance): void {
    const { clock, loadBalancing, behaviour, onTerminate } = this.#surroundings
    instance.lifecycle = 'Terminated'
    loadBalancing.setInstanceState(instance.id, 'terminated')
    onTerminate?.(instance.id, group.name)
    clock.schedule(clock.now() + behaviour.forgetAfterMs, () => {
      group.instances.delete(instance.id)
      return QUIET
    })
  }

  #enterService(group: AutoScalingGroup, instance: Instance): void {
    instance.lifecycle = 'InService'
    if (!group.runs('AddToLoadBalancer')) return
    for (const { groupArn, port } of group.settings.targetGroups) {
      const target = { Id: instance.id, ...(port === undefined ? {} : { Port: port }) }
      this.#surroundings.loadBalancing.account.targetGroup(groupArn).register([target])
    }
  }

  /** Answers whether anything came of it. */
  #look(group: AutoScalingGroup): boolean {
    if (group.runs('HealthCheck')) this.#mark(group)
    if (!group.runs('ReplaceUnhealthy') || !group.runs('Terminate')) return false
    const unhealthy = group.inState('InService').filter(({ health }) => health === 'Unhealthy')
    for (const instance of unhealthy) this.terminate(group, instance, 'unhealthy')
    const missing = group.desired - group.inState('Pending', 'InService').length
    for (let count = 0; count < missing; count++) this.launch(group)
    return unhealthy.length > 0 || missing > 0
  }

  #mark(group: AutoScalingGroup): void {
    for (const instance of group.inState('InService')) {
      if (this.#isWell(group, instance)) continue
      instance.health = 'Unhealthy'
    }
  }

  #isWell(group: AutoScalingGroup, { id }: Instance): boolean {
    const { loadBalancing, behaviour } = this.#surroundings
    if (loadBalancing.account.notRunning.has(id)) return false
    if (group.healthCheckType === 'EC2') return true
    return group.settings.targetGroups.every(({ groupArn }) => {
      const targets = loadBalancing.targets(groupArn).filter((target) => target.Id === id)
      if (targets.some(({ State }) => State === 'unhealthy')) return false
      const isOut = targets.length === 0 || targets.some(({ State }) => State === 'draining')
      return !isOut || behaviour.outOfLoadBalancer === 'ignored'
    })
  }

  /** Where the load balancer has it; a new one, in turn. */
  #zoneOf(group: AutoScalingGroup, id: string): string {
    const { account } = this.#surroundings.loadBalancing
    const registered = group.settings.targetGroups
      .flatMap(({ groupArn }) => [...account.targetGroup(groupArn).targets.values()])
      .find((target) => target.id === id)
    const [first] = account.loadBalancers.values()
    const zones = first?.zones ?? []
    return registered?.zone ?? zones[group.instances.size % Math.max(1, zones.length)] ?? 'us-east-1a'
  }
}
