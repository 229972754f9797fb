import type { OutList } from '../domain/journal.ts'
import { readAutoScaling, writeAutoScaling } from './auto-scaling.ts'
import { BitReader, BitWriter } from './bits.ts'
import { readChosen, writeChosen } from './chosen.ts'
import { readMarks, writeMarks } from './remote-updates.ts'
import { inOrder, readServers, writeServers } from './servers.ts'
import { readShift, writeShift } from './shift.ts'
import { readTail, writeTail } from './tail.ts'

/**
 * All of a list but its number, packed: the tags of a group must hold 500 servers, or the weights of 200 routes, beside the
 * user's own. The same list gives the same text.
 */
export function packOutList(list: OutList, arnPrefix: string): string {
  const bits = new BitWriter()
  bits.text(list.rolloutId)
  bits.text(list.strategy)
  bits.fixed(list.direction === 'rollback' ? 1 : 0, 1)
  bits.text(list.version)
  bits.fixed(list.previousVersion === undefined ? 0 : 1, 1)
  if (list.previousVersion !== undefined) bits.text(list.previousVersion)
  bits.number(list.batch, 3)
  bits.number(list.batches, 3)
  const servers = inOrder(list.servers)
  writeServers(bits, servers, arnPrefix)
  const ids = servers.map(({ id }) => id)
  writeChosen(bits, list.inDoubt ?? [], ids)
  const { shift, remoteUpdates, autoScaling } = list
  writeTail(bits, [
    shift && (() => writeShift(bits, shift, arnPrefix)),
    remoteUpdates && (() => writeMarks(bits, list)),
    autoScaling && (() => writeAutoScaling(bits, autoScaling, { ids, arnPrefix })),
  ])
  return bits.toString()
}

/** Undefined when it is not a list. */
export function unpackOutList(packed: string, sequence: number, arnPrefix: string): OutList | undefined {
  try {
    const bits = new BitReader(packed)
    const rolloutId = bits.text()
    const strategy = bits.text()
    const direction = bits.fixed(1) === 1n ? 'rollback' : 'forward'
    const version = bits.text()
    const previousVersion = bits.fixed(1) === 1n ? { previousVersion: bits.text() } : {}
    const batch = Number(bits.number(3))
    const batches = Number(bits.number(3))
    const servers = readServers(bits, arnPrefix)
    const ids = servers.map(({ id }) => id)
    const inDoubt = readChosen(bits, ids)
    const shift = readTail(bits, () => readShift(bits, arnPrefix))
    const remoteUpdates = readTail(bits, () => readMarks(bits, rolloutId))
    const autoScaling = readTail(bits, () => readAutoScaling(bits, { ids, arnPrefix }))
    bits.end()
    return {
      sequence,
      rolloutId,
      strategy,
      direction,
      version,
      ...previousVersion,
      batch,
      batches,
      servers,
      ...(inDoubt.length === 0 ? {} : { inDoubt }),
      ...(shift === undefined ? {} : { shift }),
      ...(remoteUpdates === undefined ? {} : { remoteUpdates }),
      ...(autoScaling === undefined ? {} : { autoScaling }),
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
