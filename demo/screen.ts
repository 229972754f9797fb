import { change, hasChanged, type Line, type Piece, picture, type Style } from './picture.ts'
import type { View } from './watch.ts'

/** Shows how things stand, again and again. */
export interface Screen {
  show(view: View): void
  /** What was shown last stays. */
  close(): void
}

type Output = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>
type Environment = Readonly<Record<string, string | undefined>>

export const FRAME_MS = 100

/** A picture that is drawn anew in its place, where the terminal can do that; else lines. */
export function openScreen(output: Output, environment: Environment): Screen {
  const { CI, NO_COLOR, TERM } = environment
  const isPlain = !output.isTTY || Boolean(CI) || Boolean(NO_COLOR) || TERM === 'dumb'
  return isPlain ? new Lines(output) : new Redrawn(output)
}

const AT_LEAST_EVERY_SECONDS = 5
const WHILE_REQUESTS_FAIL = 1

class Lines implements Screen {
  readonly #output: Output
  #shown: View | undefined

  constructor(output: Output) {
    this.#output = output
  }

  show(view: View): void {
    const before = this.#shown
    if (before !== undefined && !isDue(view, before) && !hasChanged(view, before)) return
    this.#shown = view
    this.#output.write(`${change(view, before)}\n`)
  }

  close(): void {}
}

function isDue(view: View, before: View): boolean {
  const after = view.failed === before.failed ? AT_LEAST_EVERY_SECONDS : WHILE_REQUESTS_FAIL
  return view.seconds - before.seconds >= after
}

const HIDE_CURSOR = '\x1b[?25l'
const SHOW_CURSOR = '\x1b[?25h'
const CLEAR_TO_END = '\x1b[J'
const CLEAR_LINE_TO_END = '\x1b[K'
const RESET = '\x1b[0m'
const STYLES: Record<Style, string> = {
  bold: '\x1b[1m',
  dim: '\x1b[2m',
  red: '\x1b[31m',
  green: '\x1b[32m',
  yellow: '\x1b[33m',
  cyan: '\x1b[36m',
  // The dark one is hard to read on black.
  blue: '\x1b[94m',
}

class Redrawn implements Screen {
  readonly #output: Output
  #height = 0

  constructor(output: Output) {
    this.#output = output
    output.write(HIDE_CURSOR)
  }

  show(view: View): void {
    const lines = picture(view)
    const back = this.#height === 0 ? '' : `\x1b[${this.#height}A\r`
    const width = (this.#output.columns || 80) - 1
    const drawn = lines.map((line) => `${styled(line, width)}${CLEAR_LINE_TO_END}\n`)
    this.#output.write(`${back}${drawn.join('')}${CLEAR_TO_END}`)
    this.#height = lines.length
  }

  close(): void {
    this.#output.write(SHOW_CURSOR)
  }
}

/** A line that is too long would wrap, and the next picture would begin too low. */
function styled(line: Line, width: number): string {
  let left = width
  return line
    .map(({ text, style }: Piece) => {
      const shown = text.slice(0, left)
      left -= shown.length
      return style === undefined ? shown : `${STYLES[style]}${shown}${RESET}`
    })
    .join('')
}
