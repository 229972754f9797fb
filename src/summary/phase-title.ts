import { PHASE_NAMES } from '../domain/phase-names.ts'
import type { PhaseReport } from '../domain/report.ts'
import { showShare } from '../domain/traffic.ts'

type Titled = Pick<PhaseReport, 'kind' | 'share' | 'direction' | 'batch' | 'areNewcomers'>

/** `batch 2`, `rollback batch 1`, `shift to 10%`. */
export function phaseTitle({ kind, share = 0, direction, batch, areNewcomers }: Titled): string {
  if (areNewcomers === true) return kind === 'batch' ? `batch ${batch} (newcomers)` : 'newcomers'
  switch (kind) {
    case 'batch':
      return direction === 'forward' ? `batch ${batch}` : `rollback batch ${batch}`
    case 'shift':
      return `shift to ${showShare(share)}`
    case 'shift-back':
      return share === 0 ? 'all traffic back to blue' : `traffic back to ${showShare(share)} on green`
    default:
      return PHASE_NAMES[kind]
  }
}
