import type { StatusRange } from '../domain/settings.ts'
import type { Parser } from './parse.ts'

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  '{version}': '1.0.0',
  '{id}': 'i-0123456789abcdef0',
  '{ip}': '192.0.2.1',
  '{port}': '8080',
}
const NAMES = '{version}, {id}, {ip} and {port}'
const FORMS = 'give an http or https URL (https://www.example.com/health, http://{ip}:{port}/health)'

/** The URL as it was written, if it is one once the placeholders are filled in. */
export const smokeUrl: Parser<string> = (text) => {
  const filled = text
    .replace(/\[(\{(?:ip|id)\})\]/g, '$1')
    .replace(/\{[a-z]+\}/g, (name) => PLACEHOLDERS[name] ?? name)
  const [unknown] = /\{[^{}]*\}?|\}/.exec(filled) ?? []
  if (unknown !== undefined)
    return { accepted: `give a URL whose only placeholders are ${NAMES}`, culprit: unknown }
  const protocol = URL.parse(filled)?.protocol
  if (protocol !== 'http:' && protocol !== 'https:') return { accepted: FORMS }
  return { value: text }
}

const RANGE_FORMS = 'give HTTP statuses (200), ranges (200-399), or several by comma (200,204)'

export const statusRanges: Parser<readonly StatusRange[]> = (text) => {
  const value: StatusRange[] = []
  for (const item of text.split(',').map((part) => part.trim())) {
    const [, from, to = from] = /^([1-5]\d\d)(?:\s*-\s*([1-5]\d\d))?$/.exec(item) ?? []
    if (from === undefined || Number(to) < Number(from)) return { accepted: RANGE_FORMS, culprit: item }
    value.push({ from: Number(from), to: Number(to) })
  }
  return { value }
}
