import type { FleetReport, Report, ServerStanding } from '../domain/report.ts'
import { showShare } from '../domain/traffic.ts'
import { plural } from '../domain/wording.ts'
import { diagram, plain } from './diagram.ts'

/** Ids are shown of so few only; more servers are a number. */
const MOST_IDS = 3
const MOST_GROUPS = 12
const MOST_KINDS = 8

const CLASSES = [
  '  classDef old fill:#ddf4ff,stroke:#0969da,color:#0a3069',
  '  classDef fresh fill:#dafbe1,stroke:#1a7f37,color:#0f5323',
  '  classDef bad fill:#ffebe9,stroke:#cf222e,color:#82071e',
  '  classDef other fill:#eaeef2,stroke:#57606a,color:#24292f',
]

/** The load balancers, target groups and servers, before and after; the same once only when nothing was changed. */
export function picture(report: Report): string {
  const { before, after, conclusion } = report
  if (before === undefined || before.groups.length === 0 || conclusion?.outcome === 'refused') return ''
  const now = conclusion === undefined ? 'Now' : 'After'
  const parts =
    after === undefined
      ? fleetLines(before, { name: 'now', title: 'Now', report })
      : [
          ...fleetLines(before, { name: 'before', title: 'Before', report }),
          ...fleetLines(after, { name: 'after', title: now, report }),
          '  before ==> after',
        ]
  const title = after === undefined ? 'What is there' : `Before and ${now.toLowerCase()}`
  return `### ${title}\n\n${diagram([`flowchart ${isWide(parts) ? 'TB' : 'LR'}`, ...parts, ...CLASSES])}`
}

/** Two pictures side by side have room for short names only. */
function isWide(lines: readonly string[]): boolean {
  const texts = lines.flatMap((line) => (/\["(.*)"\]/.exec(line)?.[1] ?? '').split('<br/>'))
  return Math.max(...texts.map((text) => text.length)) > LONGEST_BESIDE
}

const LONGEST_BESIDE = 20

interface Frame {
  /** Of ours: nodes are named after it. */
  readonly name: 'now' | 'before' | 'after'
  readonly title: string
  readonly report: Report
}

function fleetLines(fleet: FleetReport, { name, title, report }: Frame): string[] {
  const groups = fleet.groups.slice(0, MOST_GROUPS)
  const more = fleet.groups.length - groups.length
  return [
    `  subgraph ${name}["${title}"]`,
    '    direction LR',
    `    ${name}L["${balancerText(fleet)}"]`,
    ...groups.map((group, index) => {
      const edge =
        group.share === undefined
          ? '-->'
          : group.share === 0
            ? '-.->|"0%"|'
            : `-->|"${showShare(group.share)}"|`
      return `    ${name}L ${edge} ${name}G${index}["target group<br/>${plain(group.name)}"]`
    }),
    ...(more > 0 ? [`    ${name}L --> ${name}M["${more} more target groups"]`] : []),
    ...serverLines(groups, { name, report }),
    '  end',
  ]
}

function balancerText({ loadBalancers }: FleetReport): string {
  const [first] = loadBalancers
  if (first === undefined) return 'load balancer'
  const others = loadBalancers.length - 1
  return `load balancer<br/>${plain(first.name)}${others === 0 ? '' : `<br/>and ${others} more`}`
}

/** Servers of one kind: the same version, in the same state. */
interface Kind {
  readonly sample: ServerStanding
  readonly ids: readonly string[]
}

function serverLines(
  groups: FleetReport['groups'],
  { name, report }: Pick<Frame, 'name' | 'report'>,
): string[] {
  // In-place all groups have the same servers: they are drawn once.
  const isShared = report.traffic === undefined && sameServers(groups)
  const fleets = isShared ? [groups.flatMap(({ servers }) => servers)] : groups.map(({ servers }) => servers)
  return fleets.flatMap((servers, at) => {
    const from = isShared ? groups.map((_, index) => `${name}G${index}`) : [`${name}G${at}`]
    return kindsOf(servers).flatMap((kind, index) =>
      kindLines(kind, { node: `${name}S${at}x${index}`, from, report }),
    )
  })
}

const sameServers = (groups: FleetReport['groups']): boolean => {
  const [first, ...others] = groups.map(({ servers }) => new Set(servers.map(({ id }) => id)))
  return others.every(
    (ids) => first !== undefined && ids.size === first.size && [...ids].every((id) => first.has(id)),
  )
}

const BAD_FIRST = ['in doubt', 'out', 'unhealthy', 'returning', 'draining', 'idle', 'serving'] as const

/** Where a server stands differently in its groups, the worst counts. */
function kindsOf(servers: readonly ServerStanding[]): Kind[] {
  const worst = new Map<string, ServerStanding>()
  for (const server of servers) {
    const known = worst.get(server.id)
    const isWorse = known === undefined || BAD_FIRST.indexOf(server.place) < BAD_FIRST.indexOf(known.place)
    if (isWorse) worst.set(server.id, server)
  }
  const kinds = Map.groupBy(worst.values(), ({ place, version }) => JSON.stringify([place, version]))
  const sorted = [...kinds.values()].map((all) => ({
    sample: all[0] as ServerStanding,
    ids: all.map(({ id }) => id),
  }))
  return sorted.slice(0, MOST_KINDS)
}

interface Place {
  readonly node: string
  readonly from: readonly string[]
  readonly report: Report
}

function kindLines({ sample, ids }: Kind, { node, from, report }: Place): string[] {
  const { place, version } = sample
  // Of a pair servers are updated where they are.
  const isOut = place === 'out' || (place === 'in doubt' && report.traffic === undefined)
  const text = [
    ...serversText(ids.length, version),
    ...(place === 'serving' ? [] : [PLACES[place]]),
    ...(ids.length <= MOST_IDS ? ids.map((id) => plain(id)) : []),
  ].join('<br/>')
  return [
    `    ${node}["${text}"]:::${classOf(sample, report)}`,
    ...from.map((group) => `    ${group} ${isOut ? '-.-x|out|' : '-->'} ${node}`),
  ]
}

function serversText(count: number, version: string | undefined): string[] {
  const servers = plural(count, 'server')
  if (version === undefined) return [servers, 'version not known']
  const name = plain(version)
  return name.length > SHORT_VERSION ? [`${servers} on`, name] : [`${servers} on ${name}`]
}

const SHORT_VERSION = 8

const PLACES = {
  idle: 'without traffic',
  unhealthy: 'not healthy',
  returning: 'not yet healthy',
  draining: 'draining',
  out: 'taken out',
  'in doubt': 'may be updating',
} as const

function classOf({ place, version }: ServerStanding, { facts }: Report): string {
  if (place !== 'serving' && place !== 'idle')
    return place === 'returning' || place === 'draining' ? 'other' : 'bad'
  if (version === undefined || version === '') return 'other'
  // Going back is to the old one.
  const [old, fresh] =
    facts.mode === 'rollback'
      ? [facts.version, facts.previousVersion]
      : [facts.previousVersion, facts.version]
  if (version === fresh) return 'fresh'
  return version === old ? 'old' : 'other'
}
