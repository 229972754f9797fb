import type { Report, TimeCause } from '../domain/report.ts'
import { duration } from '../domain/wording.ts'
import { row, table } from './table.ts'

const NAMES: Readonly<Record<TimeCause, string>> = {
  drain: 'Draining (the deregistration delay of the target groups)',
  update: 'Updating',
  health: 'Health checks and smoke tests',
  waiting: 'Waiting (holds, bakes, capacity, the claim)',
  calls: 'API calls and all else',
}

/** Where the time went. Seconds and per cent are rounded so that they sum up to the whole. */
export function timeTable({ time, conclusion }: Report): string {
  const causes = (Object.entries(time) as [TimeCause, number][]).filter(([, ms]) => ms > 0)
  const whole = causes.reduce((sum, [, ms]) => sum + ms, 0)
  if (conclusion === undefined || whole < 1_000) return ''
  const seconds = roundedTogether(causes.map(([, ms]) => ms / 1_000))
  const shares = roundedTogether(causes.map(([, ms]) => (ms / whole) * 100))
  const rows = causes.map(([cause], index) =>
    row([
      NAMES[cause],
      seconds[index] === 0 ? 'under 1 s' : duration((seconds[index] ?? 0) * 1_000),
      shares[index] === 0 ? 'under 1%' : `${shares[index]}%`,
    ]),
  )
  const total = row(['**All**', `**${duration(whole)}**`, '**100%**'])
  return `### Where the time went\n\n${table(['What', 'Time', 'Share'], [...rows, total])}`
}

/** Each is the difference of rounded sums, so nothing is lost between them. */
function roundedTogether(numbers: readonly number[]): number[] {
  let sum = 0
  return numbers.map((number) => {
    const before = Math.round(sum)
    sum += number
    return Math.round(sum) - before
  })
}
