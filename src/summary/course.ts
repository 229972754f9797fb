import type { Report } from '../domain/report.ts'

/** What several parts of a summary ask about how a run went. */

export const hasGoneBack = ({ phases }: Report): boolean =>
  phases.some(({ direction, kind }) => direction === 'rollback' && kind !== 'put-back')

/** It took longer than `timeout`. */
export const isLate = ({ phases }: Report): boolean => phases.some(({ stoppedBy }) => stoppedBy === 'timeout')

export const hasLostServers = ({ phases }: Report): boolean =>
  phases.some(({ servers }) => servers.some(({ failure }) => failure !== undefined))
