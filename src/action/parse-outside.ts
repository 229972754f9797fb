import type { ErrorLimit, LatencyLimit } from '../domain/canary-limits.ts'
import type { SsmParameters } from '../domain/settings.ts'
import type { Parser } from './parse.ts'

/** Inputs about what is outside of the load balancer: alarms, metrics, documents of Systems Manager. */

/** By newline; by comma where all stand on one line, as names may hold commas. */
export const names: Parser<readonly string[]> = (text) => {
  const value = text
    .split(text.includes('\n') ? '\n' : ',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  return value.length === 0 ? { accepted: 'give names, by newline or comma' } : { value: [...new Set(value)] }
}

const RATE_FORMS =
  "give a share of green's requests (1%), a multiple of blue's rate (2x), or both (1%, 2x: what is above both is too much)"

export const errorLimit: Parser<ErrorLimit> = (text) => {
  const value: { rate?: number; timesBlue?: number } = {}
  for (const part of text.split(',').map((each) => each.trim())) {
    const [, percent, times] = /^(?:(\d{1,2}(?:\.\d{1,3})?)%|(\d{1,3}(?:\.\d{1,2})?)x)$/.exec(part) ?? []
    if (percent !== undefined && value.rate === undefined) value.rate = Number(percent) / 100
    else if (times !== undefined && value.timesBlue === undefined && Number(times) >= 1)
      value.timesBlue = Number(times)
    else return { accepted: RATE_FORMS, culprit: part }
  }
  return { value }
}

/** `p99 500ms`, `p95 2s`. */
export const latencyLimit: Parser<LatencyLimit> = (text) => {
  const [, percentile, amount, unit] = /^p(\d{1,2}(?:\.\d{1,2})?)\s+(\d{1,6})(ms|s)$/.exec(text) ?? []
  const value = { percentile: Number(percentile), ms: Number(amount) * (unit === 's' ? 1_000 : 1) }
  if (percentile === undefined || value.percentile === 0 || value.ms === 0)
    return { accepted: 'give a percentile and a time (p99 500ms, p95 2s)' }
  return { value }
}

const OBJECT_FORMS =
  'give a JSON object of texts and lists of texts ({"commands": ["/opt/web/install 1.0.2"]})'

export const documentParameters: Parser<SsmParameters> = (text) => {
  const given = fromJson(text)
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return { accepted: OBJECT_FORMS }
  const entries = Object.entries(given).map(([name, value]) => [name, [value].flat()] as const)
  const wrong = entries.find(([, values]) => values.some((value) => typeof value !== 'string'))
  if (wrong !== undefined) return { accepted: OBJECT_FORMS, culprit: wrong[0] }
  return { value: Object.fromEntries(entries) as SsmParameters }
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
