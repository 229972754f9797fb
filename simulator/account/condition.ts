import { validationError } from '../aws-error.ts'

/** A rule's condition as the API spells it. */
export interface Condition {
  readonly Field: string
  readonly Values?: readonly string[]
  readonly PathPatternConfig?: { readonly Values?: readonly string[] }
  readonly HostHeaderConfig?: { readonly Values?: readonly string[] }
  readonly HttpHeaderConfig?: { readonly HttpHeaderName?: string; readonly Values?: readonly string[] }
  readonly QueryStringConfig?: {
    readonly Values?: readonly { readonly Key?: string; readonly Value?: string }[]
  }
  readonly HttpRequestMethodConfig?: { readonly Values?: readonly string[] }
  readonly SourceIpConfig?: { readonly Values?: readonly string[] }
}

const FIELDS = [
  'path-pattern',
  'host-header',
  'http-header',
  'query-string',
  'http-request-method',
  'source-ip',
]

/** Path patterns and host headers appear both in `Values` and in their own config (RuleCondition). */
export function normalisedCondition(condition: Condition): Condition {
  if (!FIELDS.includes(condition.Field))
    throw validationError(`Condition field '${condition.Field}' is not supported`)
  if (condition.Field === 'path-pattern') {
    const Values = condition.PathPatternConfig?.Values ?? condition.Values ?? []
    return { ...condition, Values, PathPatternConfig: { Values } }
  }
  if (condition.Field === 'host-header') {
    const Values = condition.HostHeaderConfig?.Values ?? condition.Values ?? []
    return { ...condition, Values, HostHeaderConfig: { Values } }
  }
  return condition
}
