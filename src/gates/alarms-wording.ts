import type { Alarm } from './alarms-describe.ts'

/** `"web-5xx" is in ALARM since 2026-11-23 14:05 UTC: Threshold Crossed: …`. */
export function told({ name, reason, since }: Alarm): string {
  const when = since === undefined ? '' : ` since ${minute(since)}`
  const why = printable(reason)
  return `"${name}" is in ALARM${when}${why === '' ? '' : `: ${why}`}`
}

const minute = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** Composite alarms name others by their ARN, which has the account in it. */
const ALARM_ARN = /\barn:[\w-]+:cloudwatch:[\w-]*:\d*:alarm:/g

/** On one line, at most 300 characters. */
function printable(text: string): string {
  const line = text
    .slice(0, 2_000)
    .replace(ALARM_ARN, '')
    .replace(/[\s\p{C}]+/gu, ' ')
  return [...line.trim()].slice(0, 300).join('').replace(/\.$/, '')
}
