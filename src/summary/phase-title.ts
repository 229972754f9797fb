import type { PhaseReport, PlannedPhase } from '../domain/report.ts'
import { showShare } from '../domain/traffic.ts'

/** What a phase of a shift does, in a few words. */
export function titleOfShift({ kind, share = 0 }: Pick<PlannedPhase, 'kind' | 'share'>): string {
  switch (kind) {
    case 'ready':
      return 'Make green ready'
    case 'shift':
      return `Shift ${showShare(share)} to green`
    case 'bake':
      return 'Bake'
    default:
      return share === 0 ? 'All traffic back to blue' : `Back to ${showShare(share)} on green`
  }
}

type Titled = Pick<PhaseReport, 'kind' | 'share' | 'direction' | 'batch' | 'areNewcomers'>

/** `batch 2`, `rollback batch 1`, `shift to 10%`. */
export function phaseTitle({ kind, share = 0, direction, batch, areNewcomers }: Titled): string {
  if (areNewcomers === true) return kind === 'batch' ? `batch ${batch} (newcomers)` : 'newcomers'
  switch (kind) {
    case 'batch':
      return direction === 'forward' ? `batch ${batch}` : `rollback batch ${batch}`
    case 'put-back':
      return 'put back'
    case 'ready':
      return 'make green ready'
    case 'shift':
      return `shift to ${showShare(share)}`
    case 'bake':
      return 'bake'
    case 'check':
      return 'check of the service'
    case 'shift-back':
      return share === 0 ? 'all traffic back to blue' : `traffic back to ${showShare(share)} on green`
  }
}
