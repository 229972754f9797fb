import type { LoadBalancer } from './load-balancer.ts'
import type { TargetDescription } from './target.ts'

/** Which zone each server is in: the one it was first registered with, or else the zones in turn. */
export class Zones {
  readonly #byServer = new Map<string, string>()
  readonly #region: string

  constructor(region: string) {
    this.#region = region
  }

  all(): string[] {
    return ['a', 'b'].map((letter) => this.#region + letter)
  }

  of(target: TargetDescription, loadBalancers: Iterable<LoadBalancer>): string {
    const known = target.AvailabilityZone ?? this.#byServer.get(target.Id)
    const zones = [...loadBalancers][0]?.zones ?? this.all()
    const zone = known ?? zones[this.#byServer.size % zones.length] ?? `${this.#region}a`
    this.#byServer.set(target.Id, zone)
    return zone
  }
}
