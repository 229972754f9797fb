import type { Outlook } from '../../src/domain/outlook.ts'

/** Of a plan that does nothing. */
export const NO_OUTLOOK: Outlook = {
  estimate: { ms: 0, spreadMs: 0, knowsUpdates: true, parts: [], phases: [] },
  chapters: [],
  capacity: { lowest: [] },
  wayBack: { text: 'nothing follows', ms: 0, knowsUpdates: true },
  permissions: [],
}
