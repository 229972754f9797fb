import type { Place, View } from './watch.ts'

/** A piece of a line, with its style. */
export interface Piece {
  readonly text: string
  readonly style?: Style
}
export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan'
export type Line = readonly Piece[]

const PLACES: Record<Place, Piece> = {
  in: { text: '● in', style: 'green' },
  draining: { text: '◐ draining', style: 'yellow' },
  out: { text: '○ out', style: 'dim' },
  updating: { text: '○ out, down for its update', style: 'red' },
  'being checked': { text: '◑ in, not healthy yet', style: 'yellow' },
  unhealthy: { text: '● in, unhealthy', style: 'red' },
}

/** One line a server, then what the load sees, then what the action says. */
export function picture(view: View): Line[] {
  const { servers, served, failed, servedPerSecond, failedPerSecond } = view
  return [
    [{ text: clock(view.seconds), style: 'bold' }, { text: `  ${view.title}` }],
    [],
    [
      {
        text: row('SERVER', 'LOAD BALANCER', { version: 'VERSION', served: 'SERVED', rate: 'NOW' }),
        style: 'dim',
      },
    ],
    ...servers.map(({ id, place, version, served, perSecond }): Line => {
      const numbers = { version, served: count(served), rate: `${perSecond}/s` }
      const line = row(id, PLACES[place].text, numbers)
      const [left, middle, right] = [
        line.slice(0, COLUMNS.id),
        line.slice(COLUMNS.id, COLUMNS.place),
        line.slice(COLUMNS.place),
      ]
      return [{ text: left }, { ...PLACES[place], text: middle }, { text: right }]
    }),
    [],
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
  const parts = [
    ...changed.map(({ id, place, version }) => `${id} ${version} ${place}`),
    `${count(view.served)} served (${view.servedPerSecond}/s), ${count(view.failed)} failed`,
    `action: ${view.said}`,
  ]
  return `${clock(view.seconds)}  ${parts.join(' · ')}`
}

export function hasChanged(view: View, before: View): boolean {
  const essence = ({ servers, failed }: View) =>
    `${failed} ${servers.map(({ place, version }) => `${place} ${version}`).join(' ')}`
  return essence(view) !== essence(before)
}

const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`

/** 12345 is 12 345. */
export const count = (number: number): string => String(number).replace(/\B(?=(\d{3})+$)/g, ' ')
