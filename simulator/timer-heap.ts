export interface Timer {
  readonly at: number
  readonly order: number
  /** Undefined once the timer is cancelled: it stays in the heap and is skipped when it comes up. */
  run: (() => unknown) | undefined
}

/** A binary heap of timers: earliest first, and of equal ones the first scheduled. */
export class TimerHeap {
  readonly #timers: Timer[] = []

  push(timer: Timer): void {
    const timers = this.#timers
    let index = timers.length
    timers.push(timer)
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = timers[parent] as Timer
      if (!isBefore(timer, above)) break
      timers[index] = above
      index = parent
    }
    timers[index] = timer
  }

  /** The earliest timer that is not cancelled. */
  peek(): Timer | undefined {
    while (this.#timers[0] && !this.#timers[0].run) this.#removeFirst()
    return this.#timers[0]
  }

  pop(): Timer | undefined {
    const first = this.peek()
    if (first) this.#removeFirst()
    return first
  }

  #removeFirst(): void {
    const timers = this.#timers
    const last = timers.pop() as Timer
    if (timers.length === 0) return
    let index = 0
    for (;;) {
      const child = earlierChild(timers, index)
      const below = timers[child]
      if (!below || isBefore(last, below)) break
      timers[index] = below
      index = child
    }
    timers[index] = last
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

function earlierChild(timers: readonly Timer[], index: number): number {
  const left = 2 * index + 1
  const leftTimer = timers[left]
  const rightTimer = timers[left + 1]
  return leftTimer && rightTimer && isBefore(rightTimer, leftTimer) ? left + 1 : left
}
