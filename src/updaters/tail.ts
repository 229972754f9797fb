const LINES = 20
const BYTES = 4_096

/** Remembers the last lines: at most 20, and 4 KiB in all. */
export class Tail {
  readonly #lines: string[] = []

  push(line: string): void {
    this.#lines.push(line)
    if (this.#lines.length > LINES) this.#lines.shift()
  }

  lines(): readonly string[] {
    const kept: string[] = []
    let left = BYTES
    for (const line of this.#lines.toReversed()) {
      left -= Buffer.byteLength(line)
      if (left < 0) break
      kept.unshift(line)
    }
    const last = this.#lines.at(-1)
    return kept.length === 0 && last !== undefined ? [startOf(last)] : kept
  }
}

function startOf(line: string): string {
  const ellipsis = '…'
  const room = BYTES - Buffer.byteLength(ellipsis)
  const { read } = new TextEncoder().encodeInto(line, new Uint8Array(room))
  return line.slice(0, read) + ellipsis
}
