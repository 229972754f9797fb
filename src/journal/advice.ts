import { printable } from '../domain/printable.ts'
import { nameOf } from './arns.ts'
import { FORMAT } from './format.ts'
import type { Trouble } from './gather.ts'

/** What kind of entry the tags hold, and so what a person can do about them. */
export type Kind = 'owner' | 'out-list' | 'ledger' | 'tag'

/** A sentence for an operator: which tags of which group, by whom, and what to do. */
export function advice(kind: Kind, { arn, keys, why }: Trouble): string {
  const tags = `${keys.length === 1 ? 'the tag' : 'the tags'} ${shown(keys)} on ${nameOf(arn)}`
  if (why.problem === 'damaged') return WHEN_DAMAGED[kind](tags)
  const format = why.format === undefined ? '' : ` (format ${why.format}; this one knows ${FORMAT})`
  return `${tags} cannot be read: written by a newer version of this action${format}; use that one`
}

const WHEN_DAMAGED: Record<Kind, (tags: string) => string> = {
  owner: (tags) => `${tags} cannot be read: when no rollout is under way on the group, remove it`,
  'out-list': (tags) =>
    `${tags} should list the servers that are out, or the weights from before a shift, but parts are missing or changed: look at the targets of the group and at the weights of its listeners and rules, put back by hand what is missing, then remove the tags elb-rollout:out:… and run again`,
  ledger: (tags) =>
    `${tags} do not fit together (changed by hand?): remove them, and give previous-version the next time`,
  tag: (tags) => `${tags} cannot be read: remove it when you know that nothing needs it`,
}

/** In order; a row of numbered keys as its first and last. */
function shown(keys: readonly string[]): string {
  const sorted = [...keys].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).map(printable)
  if (sorted.length <= 3) return sorted.join(', ')
  return `${sorted[0]} to ${sorted.at(-1)} (${sorted.length} of them)`
}
