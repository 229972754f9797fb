import { isIPv6 } from 'node:net'
import { addressOf } from '../domain/fleet.ts'
import type { Gate } from '../domain/ports.ts'

/** What a gate is asked about. */
export type Subject = Parameters<Gate['check']>[0]

const PLACEHOLDER = /\{(version|id|ip|port)\}/g
const AUTHORITY = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i
/** Some write them for IPv6; an address gets its own. */
const BRACKETS = /\[(\{(?:id|ip)\})\]/g

/** Fills in the values, percent-encoded. Throws when one is not known, or what comes out is no HTTP address. */
export function fillUrl(template: string, subject: Subject): URL {
  const authority = AUTHORITY.exec(template)?.[0] ?? ''
  const path = template.slice(authority.length)
  const host = authority.replace(BRACKETS, '$1')
  const address = fill(host, subject, asHost) + fill(path, subject, encodeURIComponent)
  const url = URL.parse(address)
  if (url === null) throw new Error('the URL is not valid once it is filled in')
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new Error('the URL is neither http nor https')
  return url
}

/** Fills in the values as they are. Throws when one is not known. */
export function fillText(template: string, subject: Subject): string {
  return fill(template, subject, (value) => value)
}

function fill(template: string, subject: Subject, encode: (value: string) => string): string {
  return template.replace(PLACEHOLDER, (placeholder, name: string) => {
    const value = find(name, subject)
    if (value === undefined) throw new Error(`${placeholder} is not known`)
    return encode(value)
  })
}

function find(name: string, { version, server }: Subject): string | undefined {
  if (name === 'version') return version
  if (name === 'id') return server?.id
  if (name === 'port') return server?.registrations[0]?.target.port.toString()
  return server && addressOf(server)
}

/** The parser decodes a host, and refuses one in which `/`, `@` or `:` appears: no value can lead elsewhere. */
function asHost(value: string): string {
  return isIPv6(value) ? `[${value}]` : encodeURIComponent(value)
}
