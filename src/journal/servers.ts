import type { Registration, Server } from '../domain/fleet.ts'
import { longArn, shortArn } from './arns.ts'
import type { BitReader, BitWriter } from './bits.ts'
import { Dictionary, readDictionary, widthFor } from './dictionary.ts'
import { keyOf, type Profile, profileOf, readProfile, writeProfile } from './profile.ts'
import { quicIdsOf, readQuicId, writeQuicId } from './quic-ids.ts'
import { placeOf, readIds, writeIds } from './server-ids.ts'

/** Servers as `inOrder` has them, which is how they come back; their registrations in the order given. */
export function writeServers(bits: BitWriter, sorted: readonly Server[], arnPrefix: string): void {
  const registrations = sorted.flatMap((server) => server.registrations)
  const groups = new Dictionary(registrations.map(({ groupArn }) => shortArn(groupArn, arnPrefix)))
  const zones = new Dictionary(registrations.flatMap(({ target }) => target.zone ?? []))
  const keys = sorted.map((server) => {
    const quicIds = quicIdsOf(server)
    const slots = server.registrations.map(({ groupArn, target }) => ({
      group: groups.indexOf(shortArn(groupArn, arnPrefix)),
      port: target.port,
      zone: target.zone === undefined ? 0 : zones.indexOf(target.zone) + 1,
      quic: target.quicServerId === undefined ? 0 : quicIds.indexOf(target.quicServerId) + 1,
    }))
    return keyOf(slots)
  })
  const profiles = new Dictionary(keys)
  groups.write(bits)
  zones.write(bits)
  bits.number(profiles.size, 0)
  const widths = { group: widthFor(groups.size), zone: widthFor(zones.size + 1) }
  for (const key of profiles.texts) writeProfile(bits, profileOf(key), widths)
  const ids = sorted.map(({ id }) => id)
  writeIds(bits, ids)
  for (const key of keys) bits.fixed(profiles.indexOf(key), widthFor(profiles.size))
  for (const id of sorted.flatMap(quicIdsOf)) writeQuicId(bits, id)
}

export function readServers(bits: BitReader, arnPrefix: string): Server[] {
  const groups = readDictionary(bits).map((text) => longArn(text, arnPrefix))
  const zones = readDictionary(bits)
  const widths = { group: widthFor(groups.length), zone: widthFor(zones.length + 1) }
  const profiles: Profile[] = []
  for (let count = bits.number(0); count > 0n; count--) profiles.push(readProfile(bits, widths))
  const placed = readIds(bits).map((id) => ({
    id,
    profile: known(profiles[Number(bits.fixed(widthFor(profiles.length)))]),
  }))
  return placed.map(({ id, profile }) => {
    const quicIds: string[] = []
    const registrations = profile.map((slot): Registration => {
      if (slot.quic > quicIds.length) quicIds.push(readQuicId(bits))
      const zone = slot.zone === 0 ? {} : { zone: known(zones[slot.zone - 1]) }
      const quic = slot.quic === 0 ? {} : { quicServerId: known(quicIds[slot.quic - 1]) }
      return { groupArn: known(groups[slot.group]), target: { id, port: slot.port, ...zone, ...quic } }
    })
    return { id, registrations }
  })
}

/** By id, so that an id can be told by how far it lies from the one before. */
export function inOrder(servers: readonly Server[]): Server[] {
  const placed = servers.map((server) => ({ server, ...placeOf(server.id) }))
  placed.sort((a, b) => {
    if (a.form !== b.form) return a.form - b.form
    if (a.number !== b.number) return a.number < b.number ? -1 : 1
    if (a.server.id === b.server.id) return 0
    return a.server.id < b.server.id ? -1 : 1
  })
  return placed.map(({ server }) => server)
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError('names what is not there')
  return value
}
