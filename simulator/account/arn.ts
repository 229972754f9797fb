import type { Random } from '../random.ts'

const PREFIX = 'arn:aws:elasticloadbalancing'

/** Makes ARNs in the form of the API, with ids drawn from the seed. */
export class ArnMaker {
  readonly region: string
  readonly #scope: string
  readonly #random: Random

  constructor(scope: { region: string; accountId: string }, random: Random) {
    this.region = scope.region
    this.#scope = `${PREFIX}:${scope.region}:${scope.accountId}`
    this.#random = random
  }

  loadBalancer(kind: 'app' | 'net' | 'gwy', name: string): string {
    return `${this.#scope}:loadbalancer/${kind}/${name}/${this.#id()}`
  }

  targetGroup(name: string): string {
    return `${this.#scope}:targetgroup/${name}/${this.#id()}`
  }

  listener(loadBalancerArn: string): string {
    return `${loadBalancerArn.replace(':loadbalancer/', ':listener/')}/${this.#id()}`
  }

  rule(listenerArn: string): string {
    return `${listenerArn.replace(':listener/', ':listener-rule/')}/${this.#id()}`
  }

  #id(): string {
    const half = (): string =>
      Math.floor(this.#random() * 2 ** 32)
        .toString(16)
        .padStart(8, '0')
    return half() + half()
  }
}

export type ResourceKind = 'loadbalancer' | 'targetgroup' | 'listener' | 'listener-rule'

/** The kind of resource an ARN names, or undefined when it is not one of this service's ARNs. */
export function resourceKind(arn: string): ResourceKind | undefined {
  const match =
    /^arn:[\w-]+:elasticloadbalancing:[\w-]*:\d*:(loadbalancer|targetgroup|listener|listener-rule)\//.exec(
      arn,
    )
  return match?.[1] as ResourceKind | undefined
}
