import { readFileSync } from 'node:fs'

const EVERY_MS = 100

/** The most memory that a process has had in use, as the system counts it. Linux only: elsewhere 0. */
export class PeakMemory {
  readonly #timer: NodeJS.Timeout
  #bytes = 0

  constructor(pid: number) {
    this.#timer = setInterval(() => this.#look(pid), EVERY_MS)
  }

  stop(): number {
    clearInterval(this.#timer)
    return this.#bytes
  }

  #look(pid: number): void {
    try {
      const [, kilobytes = '0'] =
        /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
      this.#bytes = Math.max(this.#bytes, Number(kilobytes) * 1024)
    } catch {
      // It has ended.
    }
  }
}
