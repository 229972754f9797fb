import type { PlannedPhase } from '../domain/report.ts'
import { showShare } from '../domain/traffic.ts'

/** What a phase of a shift does, in a few words. */
export function titleOfShift({ kind, share = 0 }: Pick<PlannedPhase, 'kind' | 'share'>): string {
  switch (kind) {
    case 'ready':
      return 'Make green ready without traffic'
    case 'shift':
      return `Shift ${showShare(share)} to green`
    case 'bake':
      return 'Bake'
    default:
      return share === 0 ? 'All traffic back to blue' : `Back to ${showShare(share)} on green`
  }
}
