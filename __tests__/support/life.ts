import type { VirtualClock } from '../../simulator/clock.ts'
import type { AutoScalingCalls } from '../../src/auto-scaling/client.ts'
import type { Clock } from '../../src/domain/ports.ts'
import type { Elbv2Client } from '../../src/elbv2/load-balancer.ts'

const NEVER = new Promise<never>(() => {})

/** The life of one process: when it is over, nothing that it waits for ever comes, as after a `kill -9`. */
export class Life implements Clock {
  readonly #clock: VirtualClock
  #calls = 0
  #isOver = false
  /** Sees every call before it is made and after it took effect; answers true to die there. */
  diesAt: (point: {
    readonly call: number
    readonly when: 'before' | 'after'
    readonly action: string
  }) => boolean = () => false
  onDeath: () => void = () => {}
  /** Every call that took effect, or may have. */
  readonly calls: { readonly at: number; readonly action: string }[] = []
  #awake: Promise<void> = Promise.resolve()
  #wake: () => void = () => {}

  constructor(clock: VirtualClock) {
    this.#clock = clock
  }

  get isOver(): boolean {
    return this.#isOver
  }

  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.onDeath()
  }

  /** As on a runner that loses its machine for a while: nothing comes back until `resume`. */
  suspend(): void {
    this.#awake = new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  resume(): void {
    this.#wake()
  }

  now(): number {
    return this.#clock.now()
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await this.#clock.sleep(ms, signal).catch(async (error) => {
      await this.goOn()
      throw error
    })
    await this.goOn()
  }

  /** To be awaited wherever something comes back to the process. */
  async goOn(): Promise<void> {
    await this.#awake
    if (this.#isOver) await NEVER
  }

  async call<T>(action: string, work: () => Promise<T>): Promise<T> {
    await this.goOn()
    const call = ++this.#calls
    if (this.diesAt({ call, when: 'before', action })) this.end()
    await this.goOn()
    this.calls.push({ at: this.#clock.now(), action })
    const settled = await work().then(
      (value) => () => value,
      (error) => () => {
        throw error
      },
    )
    if (!this.#isOver && this.diesAt({ call, when: 'after', action })) this.end()
    await this.goOn()
    return settled()
  }
}

/** A client whose calls end with the process that makes them. */
export function mortal<Client extends Pick<Elbv2Client, 'send'> | AutoScalingCalls>(
  client: Client,
  life: Life,
): Client {
  const send = (command: object, ...rest: unknown[]) =>
    life.call(command.constructor.name.replace(/Command$/, ''), () =>
      (client.send as (...args: unknown[]) => Promise<object>)(command, ...rest),
    )
  return { send } as unknown as Client
}
