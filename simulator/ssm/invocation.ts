import type { Clock } from '../clock.ts'
import type { Course, Executed, Refusal, ScriptEvent } from './course.ts'

export type Status =
  | 'Pending'
  | 'InProgress'
  | 'Delayed'
  | 'Cancelling'
  | 'Success'
  | 'Failed'
  | 'TimedOut'
  | 'Cancelled'

/** StatusDetails in one word. */
export type Detail =
  | Status
  | 'DeliveryTimedOut'
  | 'ExecutionTimedOut'
  | 'Undeliverable'
  | 'AccessDenied'
  | 'InvalidPlatform'
  | 'Terminated'

/** What the agent has told of its one step. */
export interface Plugin {
  readonly startedAt: number
  readonly finishedAt?: number
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface InvocationOptions {
  readonly clock: Clock
  readonly instanceId: string
  readonly course: Course
  readonly requestedAt: number
  /** When it may no longer begin, and when nothing is expected of it any more. */
  readonly lastStartAt: number
  readonly expiresAt: number
  readonly executionTimeoutMs: number
  /** Told when its script begins, and with its exit code when it ends. */
  onScript(what: ScriptEvent['what'], exitCode?: number): void
  /** Told once it has ended. */
  onEnd(invocation: Invocation): void
}

/** Status has no word of its own for these; nothing says which it has. */
export const STATUS_OF = {
  Undeliverable: 'Failed',
  AccessDenied: 'Failed',
  InvalidPlatform: 'Failed',
  Terminated: 'Cancelled',
  DeliveryTimedOut: 'TimedOut',
  Failed: 'Failed',
} as const satisfies Record<Refusal, Status>

const FINAL = new Set<Status>(['Success', 'Failed', 'TimedOut', 'Cancelled'])
const KILLED = 137

type Stopped = 'Cancelled' | 'ExecutionTimedOut'

/** A command on one node: from the request, through the agent, to the end. */
export class Invocation {
  readonly instanceId: string
  readonly requestedAt: number
  status: Status = 'Pending'
  detail: Detail = 'Pending'
  plugin: Plugin | undefined
  /** Whether it was let go by MaxConcurrency. */
  isSent = false
  readonly #options: InvocationOptions
  readonly #timers: (() => void)[] = []
  readonly #stopping = new AbortController()
  /** The machine is gone, and says nothing any more. */
  #isGone = false

  constructor(options: InvocationOptions) {
    this.#options = options
    this.instanceId = options.instanceId
    this.requestedAt = options.requestedAt
    this.#at(options.lastStartAt, () => this.#timeOutDelivery())
    this.#at(options.expiresAt, () => this.end('TimedOut', 'DeliveryTimedOut'))
  }

  get isFinal(): boolean {
    return FINAL.has(this.status)
  }

  send(): void {
    const { deliveryMs = 100, waitsAs = 'Pending', refused } = this.#options.course
    this.isSent = true
    this.#show(waitsAs)
    if (deliveryMs === 'never' || this.#isGone) return
    this.#after(deliveryMs, () => {
      if (refused === undefined) this.#begin()
      else this.end(STATUS_OF[refused], refused)
    })
  }

  /** Its machine is terminated: whatever ran there has ended, and nobody hears of it. */
  vanish(): void {
    if (this.isFinal || this.#isGone) return
    this.#isGone = true
    for (const forget of this.#timers.splice(0)) forget()
    this.#at(this.#options.expiresAt, () => this.end('TimedOut', 'DeliveryTimedOut'))
    const { execute } = this.#options.course
    if (execute !== undefined) this.#stopping.abort('Cancelled')
    else if (this.plugin !== undefined) this.#options.onScript('ends', KILLED)
  }

  cancel(): void {
    if (this.isFinal || this.status === 'Cancelling') return
    if (this.#isGone) {
      this.#show('Cancelling')
      return
    }
    const { runMs, cancelMs = runMs === 'lost' ? 'never' : 100 } = this.#options.course
    if (this.plugin === undefined && cancelMs !== 'never') {
      this.end('Cancelled', 'Cancelled')
      return
    }
    this.#show('Cancelling')
    if (cancelMs !== 'never') this.#after(cancelMs, () => this.#stop('Cancelled'))
  }

  end(status: Status, detail: Detail): void {
    if (this.isFinal) return
    for (const forget of this.#timers.splice(0)) forget()
    this.status = status
    this.detail = detail
    this.#options.onEnd(this)
  }

  #begin(): void {
    const { clock, course, executionTimeoutMs, onScript } = this.#options
    const { runMs = 1_000, exitCode = 0, stdout = '', stderr = '', execute } = course
    const startedAt = clock.now()
    this.plugin = { startedAt, code: -1, stdout: '', stderr: '' }
    this.#show('InProgress')
    onScript('begins')
    if (runMs === 'lost') {
      const { unheardMs = Number.POSITIVE_INFINITY } = course
      const isKilled = unheardMs > executionTimeoutMs
      const forMs = Math.min(unheardMs, executionTimeoutMs)
      clock.schedule(startedAt + forMs, () => onScript('ends', isKilled ? KILLED : exitCode))
      return
    }
    this.#after(executionTimeoutMs, () => this.#stop('ExecutionTimedOut'))
    if (execute !== undefined) void execute(this.#stopping.signal).then((executed) => this.#ran(executed))
    else if (runMs !== 'forever') this.#after(runMs, () => this.#ran({ exitCode, stdout, stderr }))
  }

  #ran({ exitCode, stdout, stderr }: Executed): void {
    const { aborted, reason } = this.#stopping.signal
    const code = aborted ? KILLED : exitCode
    this.#options.onScript('ends', code)
    if (this.#isGone) return
    this.#tell({ code, stdout, stderr })
    if (aborted) this.#endStopped(reason)
    else this.#finish(code)
  }

  /** The agent takes 137 for a script that was killed by itself, as somebody who runs out of memory can tell. */
  #finish(exitCode: number): void {
    if (exitCode === 0) this.end('Success', 'Success')
    else if (exitCode === KILLED) this.end('TimedOut', 'ExecutionTimedOut')
    else this.end('Failed', 'Failed')
  }

  /** What really runs has to end before it can be told to have ended. */
  #stop(detail: Stopped): void {
    const { stdout = '', stderr = '', execute } = this.#options.course
    if (execute !== undefined && this.plugin !== undefined) {
      this.#stopping.abort(detail)
      return
    }
    if (this.plugin !== undefined) this.#options.onScript('ends', KILLED)
    this.#tell({ code: KILLED, stdout, stderr })
    this.#endStopped(detail)
  }

  #endStopped(detail: Stopped): void {
    this.end(detail === 'Cancelled' ? 'Cancelled' : 'TimedOut', detail)
  }

  /** Nothing is heard any more of one that has been given up. */
  #tell(end: Pick<Plugin, 'code' | 'stdout' | 'stderr'>): void {
    if (this.isFinal) return
    const now = this.#options.clock.now()
    this.plugin = { startedAt: this.plugin?.startedAt ?? now, finishedAt: now, ...end }
  }

  #timeOutDelivery(): void {
    if (this.plugin === undefined) this.end('TimedOut', 'DeliveryTimedOut')
  }

  #show(status: Status): void {
    this.status = status
    this.detail = status
  }

  #after(ms: number, run: () => void): void {
    this.#at(this.#options.clock.now() + ms, run)
  }

  #at(at: number, run: () => void): void {
    this.#timers.push(this.#options.clock.schedule(at, run))
  }
}
