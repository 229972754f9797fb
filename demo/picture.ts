import type { Place, ServerView, Share, View } from './watch.ts'

/** A piece of a line, with its style. */
export interface Piece {
  readonly text: string
  readonly style?: Style
}
export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan' | 'blue'
export type Line = readonly Piece[]

const PLACES: Record<Place, Piece> = {
  in: { text: '● in', style: 'green' },
  'standing by': { text: '◌ no traffic', style: 'cyan' },
  draining: { text: '◐ draining', style: 'yellow' },
  out: { text: '○ out', style: 'dim' },
  updating: { text: '○ out, down for its update', style: 'red' },
  down: { text: '○ down for its update', style: 'red' },
  'being checked': { text: '◑ in, not healthy yet', style: 'yellow' },
  unhealthy: { text: '● in, unhealthy', style: 'red' },
  unused: { text: '○ group not in use', style: 'dim' },
}

/** One line a server, then the groups' parts of the traffic, what the load sees, and what the action says. */
export function picture(view: View): Line[] {
  const { served, failed, servedPerSecond, failedPerSecond } = view
  const heads = { version: 'VERSION', served: 'SERVED', rate: 'NOW' }
  return [
    [{ text: clock(view.seconds), style: 'bold' }, { text: `  ${view.title}` }],
    [],
    [{ text: row('SERVER', 'LOAD BALANCER', heads), style: 'dim' }],
    ...view.servers.map(serverLine),
    [],
    ...trafficLines(view.traffic),
    [
      { text: 'requests  ', style: 'dim' },
      { text: `${count(served)} served (${servedPerSecond}/s)` },
      { text: '  ·  ', style: 'dim' },
      { text: `${count(failed)} failed (${failedPerSecond}/s)`, style: failed === 0 ? 'green' : 'red' },
    ],
    [
      { text: 'action    ', style: 'dim' },
      { text: view.said, style: 'cyan' },
    ],
  ]
}

function serverLine({ id, place, version, served, failed, perSecond }: ServerView): Line {
  const { text } = PLACES[place]
  const state: Piece =
    failed === 0 ? PLACES[place] : { text: `${text}, ${count(failed)} errors`, style: 'red' }
  const line = row(id, state.text, { version, served: count(served), rate: `${perSecond}/s` })
  const [left, middle, right] = [
    line.slice(0, COLUMNS.id),
    line.slice(COLUMNS.id, COLUMNS.place),
    line.slice(COLUMNS.place),
  ]
  return [{ text: left }, { ...state, text: middle }, { text: right }]
}

const BAR = 40

function trafficLines([first, second]: readonly Share[]): Line[] {
  if (first === undefined || second === undefined) return []
  // What has some is seen to have some.
  const cells = Math.ceil((BAR * second.percent) / 100)
  return [
    [
      { text: 'traffic   ', style: 'dim' },
      { text: `${shown(first)} `.padEnd(12), style: 'blue' },
      { text: '█'.repeat(BAR - cells), style: 'blue' },
      { text: '▒'.repeat(cells), style: 'green' },
      { text: `  ${shown(second)}`, style: 'green' },
    ],
  ]
}

const shown = ({ group, percent }: Share): string => `${group} ${percent}%`

const COLUMNS = { id: 12, place: 42 } as const

function row(id: string, place: string, numbers: { version: string; served: string; rate: string }): string {
  const left = `${id.padEnd(COLUMNS.id)}${place.padEnd(COLUMNS.place - COLUMNS.id)}`
  return `${left}${numbers.version.padEnd(10)}${numbers.served.padStart(8)}${numbers.rate.padStart(8)}`
}

/** The same in one line, with what has changed since the view before. */
export function change(view: View, before: View | undefined): string {
  const changed = view.servers.filter((server, index) => {
    const then = before?.servers[index]
    return then === undefined || then.place !== server.place || then.version !== server.version
  })
  const traffic = trafficText(view)
  const parts = [
    ...(traffic === '' || (before !== undefined && traffic === trafficText(before)) ? [] : [traffic]),
    ...changed.map(({ id, place, version }) => `${id} ${version} ${place}`),
    `${count(view.served)} served (${view.servedPerSecond}/s), ${count(view.failed)} failed`,
    `action: ${view.said}`,
  ]
  return `${clock(view.seconds)}  ${parts.join(' · ')}`
}

const trafficText = ({ traffic }: View): string =>
  traffic.length === 0 ? '' : `traffic ${traffic.map(shown).join(' ')}`

/** Apart from how many requests there were. */
export function hasChanged(view: View, before: View): boolean {
  const essence = ({ servers, traffic, failed }: View) => [
    failed > 0,
    ...traffic.map(shown),
    ...servers.map(({ place, version }) => `${place} ${version}`),
  ]
  return essence(view).join() !== essence(before).join()
}

const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`

/** 12345 is 12 345. */
export const count = (number: number): string => String(number).replace(/\B(?=(\d{3})+$)/g, ' ')
