import type { Action } from './action.ts'
import type { Condition } from './condition.ts'
import { Past } from './past.ts'
import type { Rule } from './rule.ts'

/** What a listener is besides its rules, as the API spells it. */
export interface ListenerSettings {
  readonly Port: number
  readonly Protocol: string
  readonly SslPolicy?: string
  readonly Certificates?: readonly { readonly CertificateArn: string }[]
  readonly AlpnPolicy?: readonly string[]
  readonly MutualAuthentication?: object
}

/** What the data plane needs of a rule; never changed once published. */
export interface Routing {
  readonly conditions: readonly Condition[]
  readonly actions: readonly Action[]
}

export class Listener {
  readonly arn: string
  readonly loadBalancerArn: string
  #settings: ListenerSettings
  readonly #past = new Past<ListenerSettings>()
  readonly #published: { at: number; routing: readonly Routing[] }[] = []

  constructor(options: { arn: string; loadBalancerArn: string; settings: ListenerSettings }) {
    this.arn = options.arn
    this.loadBalancerArn = options.loadBalancerArn
    this.#settings = options.settings
  }

  get settings(): ListenerSettings {
    return this.#settings
  }

  settingsAt(time: number): ListenerSettings {
    return this.#past.asOf(time, new Map([[this.arn, this.#settings]])).get(this.arn) ?? this.#settings
  }

  change(settings: Partial<ListenerSettings>, now: number): void {
    this.#past.changed(now, this.arn, this.#settings)
    this.#settings = { ...this.#settings, ...settings }
  }

  /** Lets the data plane go by these rules from `at` on, and never before it goes by those of an earlier change. */
  publish(rules: readonly Rule[], { at, now }: { at: number; now: number }): void {
    this.routingAt(now)
    const routing = rules.map(({ conditions, actions }) => ({ conditions, actions }))
    this.#published.push({ at: Math.max(at, this.#published.at(-1)?.at ?? at), routing })
  }

  /** The rules the data plane goes by, now: changes reach it late. */
  routingAt(now: number): readonly Routing[] {
    const published = this.#published
    while (published.length > 1 && (published[1]?.at ?? now) <= now) published.shift()
    return published[0]?.routing ?? []
  }
}
