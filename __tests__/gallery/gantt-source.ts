/** A task as the author of the diagram means it, read without Mermaid, which may understand something else. */
export interface Task {
  readonly name: string
  /** Wall time, `2026-11-23 00:01:40`. */
  readonly start: string
  readonly seconds: number
}

const WORDS = [
  'gantt',
  'title',
  'dateFormat',
  'axisFormat',
  'tickInterval',
  'todayMarker',
  'section',
  'displayMode',
]
const TAGS = ['active', 'done', 'crit', 'milestone', 'vert']
const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400 }

/** Every task of a gantt. A line that is written in another way than we write them is an error. */
export function tasksOf(source: string): Task[] {
  const lines = source.split('\n').map((line) => line.trim())
  return lines.filter((line) => line !== '' && !line.startsWith('%%') && !isSetting(line)).map(taskOf)
}

const isSetting = (line: string): boolean => WORDS.includes(line.split(/\s/, 1)[0] ?? '')

function taskOf(line: string): Task {
  const colon = line.indexOf(':')
  const fields = line
    .slice(colon + 1)
    .split(',')
    .map((field) => field.trim())
    .filter((field) => !TAGS.includes(field))
  const [end = '', given = '', id = 'none', ...rest] = fields.reverse()
  const start = wallTime(given)
  const isOurs = colon !== -1 && start !== undefined && /^[\w-]+$/.test(id) && rest.length === 0
  if (!isOurs) throw new Error(`what is this line of a gantt: ${line}`)
  return {
    name: line.slice(0, colon).trim(),
    start: start.text,
    seconds: secondsUntil(end, start.seconds, line),
  }
}

function secondsUntil(end: string, from: number, line: string): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(end) ?? []
  if (count !== undefined && unit !== undefined) return Number(count) * (UNITS[unit] ?? Number.NaN)
  const until = wallTime(end)
  if (until === undefined) throw new Error(`when does this end: ${line}`)
  return until.seconds - from
}

/** Without a zone, or in seconds since the epoch (UTC). */
function wallTime(text: string): { readonly text: string; readonly seconds: number } | undefined {
  const seconds = /^\d+$/.test(text) ? Number(text) : Date.parse(`${text.replace(' ', 'T')}Z`) / 1000
  if (!/^\d/.test(text) || Number.isNaN(seconds)) return undefined
  return { seconds, text: new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ') }
}
