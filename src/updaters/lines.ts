/** Longer lines are cut into pieces, so that a stream without line ends stays small in memory. */
const LONGEST = 8_192

/** Cuts a stream of UTF-8 into lines, without their ends and without carriage returns. */
export class LineSplitter {
  readonly #decoder = new TextDecoder()
  readonly #onLine: (line: string) => void
  #rest = ''

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine
  }

  push(chunk: Uint8Array): void {
    this.#take(this.#decoder.decode(chunk, { stream: true }))
  }

  /** The last line may lack its end. */
  flush(): void {
    this.#take(this.#decoder.decode())
    if (this.#rest !== '') this.#onLine(this.#rest)
    this.#rest = ''
  }

  #take(text: string): void {
    const lines = (this.#rest + text.replaceAll('\r', '')).split('\n')
    this.#rest = this.#cut(lines.pop() ?? '')
    for (const line of lines) this.#onLine(this.#cut(line))
  }

  /** Passes on all but the last piece. */
  #cut(line: string): string {
    let start = 0
    while (line.length - start > LONGEST) {
      const end = pieceEnd(line, start + LONGEST)
      this.#onLine(line.slice(start, end))
      start = end
    }
    return start === 0 ? line : line.slice(start)
  }
}

/** Not between the two halves of a character. */
function pieceEnd(line: string, end: number): number {
  const isHigh = (line.charCodeAt(end - 1) & 0xfc00) === 0xd800
  return isHigh ? end - 1 : end
}
