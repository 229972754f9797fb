import type { Action } from './action.ts'
import type { Condition } from './condition.ts'

export interface Rule {
  readonly arn: string
  readonly listenerArn: string
  readonly priority: number | 'default'
  readonly conditions: readonly Condition[]
  actions: readonly Action[]
}

/** What the data plane needs of a rule; never changed once published. */
export interface Routing {
  readonly conditions: readonly Condition[]
  readonly actions: readonly Action[]
}

export class Listener {
  readonly arn: string
  readonly loadBalancerArn: string
  readonly port: number
  readonly protocol: string
  /** By priority; the default rule is the last. */
  readonly rules: Rule[] = []
  readonly #published: { at: number; routing: readonly Routing[] }[] = []

  constructor(options: { arn: string; loadBalancerArn: string; port: number; protocol: string }) {
    this.arn = options.arn
    this.loadBalancerArn = options.loadBalancerArn
    this.port = options.port
    this.protocol = options.protocol
  }

  get defaultRule(): Rule {
    return this.rules.at(-1) as Rule
  }

  add(rule: Rule): void {
    this.rules.push(rule)
    this.rules.sort((a, b) => order(a) - order(b))
  }

  /** Makes the rules as they are now known to the data plane. */
  publish(at: number): void {
    const routing = this.rules.map(({ conditions, actions }) => ({ conditions, actions }))
    this.#published.push({ at, routing })
  }

  /** The rules the data plane goes by when it is `time` for it: changes reach it late. */
  routingAt(time: number): readonly Routing[] {
    const published = this.#published
    while (published.length > 1 && (published[1]?.at ?? time) <= time) published.shift()
    return published[0]?.routing ?? []
  }
}

function order(rule: Rule): number {
  return rule.priority === 'default' ? Number.POSITIVE_INFINITY : rule.priority
}
