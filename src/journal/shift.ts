import type { Shift } from '../domain/journal.ts'
import { longArn, shortArn } from './arns.ts'
import type { BitReader, BitWriter } from './bits.ts'
import { readRoutes, writeRoutes } from './routes.ts'

const STATES: readonly Shift['state'][] = ['under-way', 'held', 'ended']
const STATE_WIDTH = 2
const BASE_ORDER = 6
const SERVERS_ORDER = 4

export function writeShift(bits: BitWriter, shift: Shift, arnPrefix: string): void {
  bits.fixed(STATES.indexOf(shift.state), STATE_WIDTH)
  bits.number(shift.base, BASE_ORDER)
  bits.number(shift.blueServers, SERVERS_ORDER)
  bits.text(shortArn(shift.blue, arnPrefix))
  bits.text(shortArn(shift.green, arnPrefix))
  writeRoutes(bits, shift.routes, arnPrefix)
}

export function readShift(bits: BitReader, arnPrefix: string): Shift {
  const state = STATES[Number(bits.fixed(STATE_WIDTH))]
  if (state === undefined) throw new RangeError('no such state')
  const base = Number(bits.number(BASE_ORDER))
  const blueServers = Number(bits.number(SERVERS_ORDER))
  const blue = longArn(bits.text(), arnPrefix)
  const green = longArn(bits.text(), arnPrefix)
  return { state, base, blueServers, blue, green, routes: readRoutes(bits, arnPrefix) }
}
