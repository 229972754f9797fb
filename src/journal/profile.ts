import type { BitReader, BitWriter } from './bits.ts'

/** A registration without what its server alone has. `zone` and `quic` count from 1; 0: none. */
export interface Slot {
  readonly group: number
  readonly port: number
  readonly zone: number
  /** Which of the server's QUIC ids. */
  readonly quic: number
}

/** Where a server is registered: what many servers have in common. */
export type Profile = readonly Slot[]

export interface Widths {
  readonly group: number
  readonly zone: number
}

export function writeProfile(bits: BitWriter, profile: Profile, widths: Widths): void {
  bits.number(profile.length, 1)
  for (const slot of profile) {
    bits.fixed(slot.group, widths.group)
    bits.number(slot.port, 12)
    bits.fixed(slot.zone, widths.zone)
    bits.number(slot.quic, 0)
  }
}

export function readProfile(bits: BitReader, widths: Widths): Profile {
  const slots: Slot[] = []
  for (let count = bits.number(1); count > 0n; count--) {
    const group = Number(bits.fixed(widths.group))
    const port = Number(bits.number(12))
    const zone = Number(bits.fixed(widths.zone))
    slots.push({ group, port, zone, quic: Number(bits.number(0)) })
  }
  return slots
}

export const keyOf = (profile: Profile): string => JSON.stringify(profile)
export const profileOf = (key: string): Profile => JSON.parse(key) as Profile
