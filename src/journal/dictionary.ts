import type { BitReader, BitWriter } from './bits.ts'

/** Texts that occur often, each once, in their own order. */
export class Dictionary {
  readonly texts: readonly string[]
  readonly #indexes: ReadonlyMap<string, number>

  constructor(texts: Iterable<string>) {
    this.texts = [...new Set(texts)].sort()
    this.#indexes = new Map(this.texts.map((text, index) => [text, index]))
  }

  get size(): number {
    return this.texts.length
  }

  /** Of a text that it was made with. */
  indexOf(text: string): number {
    return this.#indexes.get(text) as number
  }

  write(bits: BitWriter): void {
    bits.number(this.size, 0)
    for (const text of this.texts) bits.text(text)
  }
}

export function readDictionary(bits: BitReader): string[] {
  const texts: string[] = []
  for (let count = bits.number(0); count > 0n; count--) texts.push(bits.text())
  return texts
}

/** Bits that tell this many things apart. */
export const widthFor = (count: number): number => (count <= 1 ? 0 : (count - 1).toString(2).length)
