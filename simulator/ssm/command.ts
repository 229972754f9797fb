import type { Parameters } from './documents.ts'
import { type Detail, type Invocation, STATUS_OF, type Status } from './invocation.ts'

export interface CommandOptions {
  readonly id: string
  readonly documentName: string
  /** Of its one plugin. */
  readonly step: string
  readonly parameters: Parameters
  readonly comment: string
  readonly instanceIds: readonly string[]
  readonly requestedAt: number
  readonly expiresAt: number
  readonly timeoutSeconds: number
  /** `10` or `50%`, of the nodes. */
  readonly maxConcurrency: string
  readonly maxErrors: string
}

export type CommandDetail = Detail | 'Incomplete' | 'RateExceeded'

/** A command: its invocations, as many at once as it may have, none any more after too many errors. */
export class Command {
  readonly options: CommandOptions
  readonly invocations: Invocation[] = []
  #isOverLimit = false

  constructor(options: CommandOptions) {
    this.options = options
  }

  start(invocations: readonly Invocation[]): void {
    this.invocations.push(...invocations)
    this.#sendNext()
  }

  /** The account has too much pending: it ends without a single invocation. */
  exceedRate(): void {
    this.#isOverLimit = true
  }

  onEnd(): void {
    const { maxErrors, instanceIds } = this.options
    if (this.errors > countIn(maxErrors, instanceIds.length)) {
      for (const waiting of this.invocations.filter(({ isSent }) => !isSent))
        waiting.end(STATUS_OF.Terminated, 'Terminated')
    }
    this.#sendNext()
  }

  /** Only these count. */
  get errors(): number {
    return this.invocations.filter(({ status, detail }) => isError(status, detail)).length
  }

  get completed(): number {
    return this.invocations.filter(({ isFinal }) => isFinal).length
  }

  get status(): { readonly status: Status; readonly detail: CommandDetail } {
    if (this.#isOverLimit) return { status: 'Failed', detail: 'RateExceeded' }
    const all = this.invocations
    if (this.completed < all.length) return underWay(all)
    const ended = all.find(({ status, detail }) => isError(status, detail))
    if (ended && this.errors > countIn(this.options.maxErrors, all.length)) return ended
    if (all.every(({ status }) => status === 'Success')) return { status: 'Success', detail: 'Success' }
    if (all.some(({ status }) => status === 'Cancelled')) return { status: 'Cancelled', detail: 'Cancelled' }
    return { status: 'Failed', detail: 'Incomplete' }
  }

  #sendNext(): void {
    const { maxConcurrency, instanceIds } = this.options
    const most = Math.max(1, countIn(maxConcurrency, instanceIds.length))
    for (const invocation of this.invocations) {
      const running = this.invocations.filter(({ isSent, isFinal }) => isSent && !isFinal).length
      if (running >= most) return
      if (!invocation.isSent && !invocation.isFinal) invocation.send()
    }
  }
}

function underWay(all: readonly Invocation[]): { status: Status; detail: Detail } {
  if (all.some(({ status }) => status === 'Cancelling')) return { status: 'Cancelling', detail: 'Cancelling' }
  if (all.every(({ status }) => status === 'Pending')) return { status: 'Pending', detail: 'Pending' }
  return { status: 'InProgress', detail: 'InProgress' }
}

/** Failures on the node count, what could not be delivered does not. */
const isError = (status: Status, detail: Detail): boolean =>
  detail === 'ExecutionTimedOut' || (status === 'Failed' && detail === 'Failed')

function countIn(limit: string, all: number): number {
  return limit.endsWith('%') ? Math.floor((all * Number(limit.slice(0, -1))) / 100) : Number(limit)
}
