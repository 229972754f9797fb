import type { AwsError } from '../aws-error.ts'

/** What stands around an answer. */
export interface Envelope {
  readonly requestId: string
  /** Of the service's XML. */
  readonly namespace: string
}

/** How answers and errors are written down. */
export interface Encoding {
  result(action: string, result: object, envelope: Envelope): string
  error(error: AwsError, envelope: Envelope): string
}

/** Members that are maps; an object under any other name is a structure. */
const MAPS = new Set(['AuthenticationRequestExtraParams'])

export function encodeResult(action: string, result: object, envelope: Envelope): string {
  const metadata = element('ResponseMetadata', element('RequestId', escaped(envelope.requestId)))
  const body = element(`${action}Result`, members(result))
  return `<${action}Response xmlns="${envelope.namespace}">${body}${metadata}</${action}Response>`
}

export function encodeError(error: AwsError, { requestId, namespace }: Envelope): string {
  const { type, code, message } = error
  const parts = [element('Type', type), element('Code', escaped(code)), element('Message', escaped(message))]
  const body = element('Error', parts.join('')) + element('RequestId', escaped(requestId))
  return `<ErrorResponse xmlns="${namespace}">${body}</ErrorResponse>`
}

/** That of most services. */
export const QUERY_ENCODING: Encoding = { result: encodeResult, error: encodeError }

function members(structure: object): string {
  return Object.entries(structure)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => element(name, MAPS.has(name) ? entries(value) : content(value)))
    .join('')
}

function content(value: unknown): string {
  if (Array.isArray(value)) return value.map((each) => element('member', content(each))).join('')
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' && value !== null ? members(value) : escaped(String(value))
}

function entries(map: object): string {
  return Object.entries(map)
    .map(([key, value]) => element('entry', element('key', escaped(key)) + element('value', content(value))))
    .join('')
}

export function element(name: string, inner: string): string {
  return inner === '' ? `<${name}/>` : `<${name}>${inner}</${name}>`
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
}

/** Characters that XML 1.0 cannot hold in any form become U+FFFD. */
export function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[&<>"'\t\n\r]/g, (character) => ENTITIES[character] ?? character)
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
}
