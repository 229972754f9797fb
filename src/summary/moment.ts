/** Swedish time is ISO's, but for the T. */
const FORMAT = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'UTC',
  dateStyle: 'short',
  timeStyle: 'medium',
})

/** `2026-11-23 07:04:10`, in UTC. */
export const moment = (ms: number): string => FORMAT.format(ms)
