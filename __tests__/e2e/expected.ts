import type { Rollout } from '../../demo/rehearsal.ts'

export const PATIENCE_MS = 120_000

/** What everybody expects of a fleet of this size, whatever happened. */
export function allIn(servers: number, version: string): Pick<Rollout, 'versions' | 'states'> {
  return { versions: Array(servers).fill(version), states: Array(servers).fill('healthy') }
}

/** None of the actions that change anything. */
export function writesIn(calls: Readonly<Record<string, number>>): string[] {
  return Object.keys(calls).filter((action) => !action.startsWith('Describe'))
}
