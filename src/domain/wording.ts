/** How numbers, lists and times read in messages. */

export const plural = (count: number, noun: string, many = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : many}`

/** `Batch 1` of `batch 1`. */
export const capitalised = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`

const LONGEST_LIST = 20

/** `i-1, i-2 and 480 more`: a list of a thousand ids helps nobody. */
export function idList(ids: readonly string[]): string {
  if (ids.length <= LONGEST_LIST) return ids.join(', ')
  return `${ids.slice(0, LONGEST_LIST).join(', ')} and ${ids.length - LONGEST_LIST} more`
}

/** `340 ms`, `12 s`, `1 m 20 s`, `2 h 5 m`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return pair([minutes, 'm'], [seconds % 60, 's'])
  return pair([Math.floor(minutes / 60), 'h'], [minutes % 60, 'm'])
}

const pair = ([high, highUnit]: [number, string], [low, lowUnit]: [number, string]): string =>
  low === 0 ? `${high} ${highUnit}` : `${high} ${highUnit} ${low} ${lowUnit}`

/** `14:05:09 UTC`. */
export function timeOfDay(ms: number): string {
  const seconds = Math.floor(ms / 1000) % 86_400
  const parts = [seconds / 3600, (seconds / 60) % 60, seconds % 60]
  return `${parts.map((part) => `${Math.floor(part)}`.padStart(2, '0')).join(':')} UTC`
}
