import { crc32 } from 'node:zlib'

/** Six characters. Any change within four neighbouring characters changes it for certain. */
export function checksum(text: string): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(text))
  return bytes.toString('base64url')
}
