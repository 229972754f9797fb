import type { Report } from '../domain/report.ts'
import { plural } from '../domain/wording.ts'
import { manyServers } from './many-servers.ts'
import type { Entry, Zones } from './server-rows.ts'
import { isGood, rowTable } from './server-rows.ts'
import { folded } from './text.ts'

/** More rows than this are folded away; far more, and servers that went well become a line for each phase. */
const MOST_OPEN = 30
const MOST_EACH = 200

/** What every server went through, one row for each time that something was done to it. */
export function serverTable(report: Report): string {
  const entries = report.phases.flatMap((phase) => phase.servers.map((server) => ({ phase, server })))
  if (entries.length === 0) return ''
  const zones = zonesOf(report)
  const body = entries.length > MOST_EACH ? manyServers(report, entries, zones) : rowTable(entries, zones)
  const title = '### Servers'
  if (entries.length <= MOST_OPEN) return `${title}\n\n${body}`
  return `${title}\n\n${counts(entries)}\n\n${folded('Server by server', body)}`
}

/** By server. Their common beginning says nothing: `1a` of `us-east-1a`. */
function zonesOf({ before, after }: Report): Zones {
  const groups = [...(before?.groups ?? []), ...(after?.groups ?? [])]
  const zones = groups.flatMap(({ servers }) =>
    servers.flatMap(({ id, zone }) => (zone ? [[id, zone] as const] : [])),
  )
  const areas = new Set(zones.map(([, zone]) => zone.slice(0, zone.lastIndexOf('-') + 1)))
  const [area = ''] = areas
  return new Map(areas.size === 1 ? zones.map(([id, zone]) => [id, zone.slice(area.length)]) : zones)
}

function counts(entries: readonly Entry[]): string {
  const good = entries.filter(({ server }) => isGood(server)).length
  const failed = entries.filter(({ server }) => server.failure !== undefined).length
  const others = entries.length - good - failed
  const servers = new Set(entries.map(({ server }) => server.id)).size
  const more = servers === entries.length ? '' : ', some of them in more than one phase'
  return `${plural(servers, 'server')}${more}: ${good}${more === '' ? '' : ' times it'} went well, ${failed} failed${others === 0 ? '' : `, ${others} did not come to their end`}.`
}
