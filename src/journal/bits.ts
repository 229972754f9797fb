/** A stream of bits, six to a character: A-Z a-z 0-9 - _. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const PER_CHARACTER = 6
/** Longer than any that is written: a reader that meets one is not where it thinks it is. */
const LONGEST_RUN = 160

export class BitWriter {
  readonly #bits: string[] = []

  fixed(value: number | bigint, width: number): void {
    if (width > 0) this.#bits.push(value.toString(2).padStart(width, '0'))
  }

  /**
   * A number from 0 up, in the exponential Golomb code of order `order`: short for what is about 2^order, and of bearable
   * length for everything else.
   */
  number(value: number | bigint, order: number): void {
    this.#bits.push(golomb(BigInt(value), order))
  }

  text(text: string): void {
    const bytes = Buffer.from(text)
    this.number(bytes.length, 5)
    for (const byte of bytes) this.fixed(byte, 8)
  }

  /** Filled up with zeros. */
  toString(): string {
    const bits = this.#bits.join('')
    return (bits.match(/.{1,6}/g) ?? [])
      .map((some) => ALPHABET[Number.parseInt(some.padEnd(PER_CHARACTER, '0'), 2)])
      .join('')
  }
}

export function golomb(value: bigint, order: number): string {
  const high = ((value >> BigInt(order)) + 1n).toString(2)
  const low = order === 0 ? '' : BigInt.asUintN(order, value).toString(2).padStart(order, '0')
  return '0'.repeat(high.length - 1) + high + low
}

/** Throws a RangeError when the text is not what the writer would have made. */
export class BitReader {
  readonly #bits: string
  #at = 0

  constructor(text: string) {
    this.#bits = Array.from(text, (character) => {
      const value = ALPHABET.indexOf(character)
      if (value < 0) throw new RangeError(`'${character}' does not stand for bits`)
      return value.toString(2).padStart(PER_CHARACTER, '0')
    }).join('')
  }

  fixed(width: number): bigint {
    if (width === 0) return 0n
    if (this.#at + width > this.#bits.length) throw new RangeError('ends too early')
    const start = this.#at
    this.#at += width
    return BigInt(`0b${this.#bits.slice(start, this.#at)}`)
  }

  number(order: number): bigint {
    const one = this.#bits.indexOf('1', this.#at)
    const zeros = one - this.#at
    if (one < 0 || zeros > LONGEST_RUN) throw new RangeError('no number here')
    this.#at = one
    const high = this.fixed(zeros + 1) - 1n
    return (high << BigInt(order)) | this.fixed(order)
  }

  text(): string {
    const length = Number(this.number(5))
    if (length * 8 > this.#bits.length - this.#at) throw new RangeError('ends too early')
    return Buffer.from(Array.from({ length }, () => Number(this.fixed(8)))).toString()
  }

  /** Nothing is left but what the last character is filled up with. */
  isOver(): boolean {
    const rest = this.#bits.slice(this.#at)
    return rest.length < PER_CHARACTER && !rest.includes('1')
  }

  end(): void {
    if (!this.isOver()) throw new RangeError('goes on after its end')
  }
}
