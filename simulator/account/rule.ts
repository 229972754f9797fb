import type { Action } from './action.ts'
import type { ClientSecret } from './client-secrets.ts'
import type { Condition } from './condition.ts'

/** A rule as it is at one time: a change puts another in its place. */
export interface Rule {
  readonly arn: string
  readonly listenerArn: string
  readonly priority: number | 'default'
  readonly conditions: readonly Condition[]
  /** As Describe shows them. */
  readonly actions: readonly Action[]
  /** Kept apart from the actions, so that nothing can show them by mistake. */
  readonly secrets: readonly ClientSecret[]
  readonly transforms: readonly Transform[]
}

/** Kept and shown, and without effect on requests. */
export interface Transform {
  readonly Type: string
  readonly HostHeaderRewriteConfig?: RewriteConfig
  readonly UrlRewriteConfig?: RewriteConfig
}

interface RewriteConfig {
  readonly Rewrites?: readonly { readonly Regex: string; readonly Replace: string }[]
}

/** In the order in which they are tried: the default rule is the last. */
export function byPriority(rules: Iterable<Rule>): Rule[] {
  return [...rules].sort((a, b) => place(a) - place(b))
}

function place({ priority }: Rule): number {
  return priority === 'default' ? Number.POSITIVE_INFINITY : priority
}
