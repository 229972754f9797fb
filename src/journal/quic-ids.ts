import type { Server } from '../domain/fleet.ts'
import type { BitReader, BitWriter } from './bits.ts'

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html */
const QUIC = /^0x[\da-f]{16}$/

/** Each once, in the order of the registrations. */
export const quicIdsOf = (server: Server): string[] => [
  ...new Set(server.registrations.flatMap(({ target }) => target.quicServerId ?? [])),
]

export function writeQuicId(bits: BitWriter, id: string): void {
  const isUsual = QUIC.test(id)
  bits.fixed(isUsual ? 1 : 0, 1)
  if (isUsual) bits.fixed(BigInt(id), 64)
  else bits.text(id)
}

export const readQuicId = (bits: BitReader): string =>
  bits.fixed(1) === 1n ? `0x${bits.fixed(64).toString(16).padStart(16, '0')}` : bits.text()
