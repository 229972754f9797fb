import { setImmediate, setTimeout } from 'node:timers/promises'
import type { SSMClient } from '@aws-sdk/client-ssm'
import { expect } from '@jest/globals'
import type { Clock as SimulatorClock } from '../../simulator/clock.ts'
import type { CallEvent } from '../../simulator/events.ts'
import type { Run } from '../../simulator/ssm/course.ts'
import type { SsmOptions } from '../../simulator/ssm/options.ts'
import { type ServedSsm, serveSsm } from '../../simulator/ssm/serve.ts'
import { Ssm } from '../../simulator/ssm/ssm.ts'
import { type Timer, TimerHeap } from '../../simulator/timer-heap.ts'
import type { Server } from '../../src/domain/fleet.ts'
import type { Clock, UpdateListener, UpdateResult } from '../../src/domain/ports.ts'
import { createSsmClient, createSsmUpdater, type SsmUpdaterOptions } from '../../src/updaters/ssm.ts'
import { CONTEXT, never } from './options.ts'

/** One time for both sides: it stands while a call is under way, and jumps when nothing is. */
class DrivenClock implements SimulatorClock, Clock {
  readonly #timers = new TimerHeap()
  #now = Date.UTC(2026, 10, 23, 7)
  #order = 0

  now(): number {
    return this.#now
  }

  schedule(at: number, run: () => unknown): () => void {
    const timer: Timer = { at, order: this.#order++, run }
    this.#timers.push(timer)
    return () => {
      timer.run = undefined
    }
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const onAbort = () => {
        cancel()
        reject(signal?.reason)
      }
      const cancel = this.schedule(this.#now + ms, () => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      })
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  /** To the next timer that is still wanted. */
  jump(): void {
    for (;;) {
      const timer = this.#timers.pop()
      if (timer === undefined) throw new Error('nothing is scheduled, and the work waits')
      if (timer.run === undefined) continue
      this.#now = Math.max(this.#now, timer.at)
      timer.run()
      return
    }
  }
}

/** What the listener was told. */
export class Told implements UpdateListener {
  mayBegin: () => Promise<void> = async () => {}
  readonly handles = new Map<string, string | undefined>()
  readonly lines: string[] = []
  readonly results = new Map<string, UpdateResult>()

  started(id: string, handle?: string): void {
    expect(this.handles.has(id)).toBe(false)
    this.handles.set(id, handle)
  }

  output(id: string, line: string): void {
    expect(this.results.has(id)).toBe(false)
    this.lines.push(`${id}: ${line}`)
  }

  ended(id: string, result: UpdateResult): void {
    expect(this.results.has(id)).toBe(false)
    this.results.set(id, result)
  }
}

export const idOf = (index: number): string => `i-${index.toString(16).padStart(17, '0')}`

export const instance = (id: string, port = 80): Server => ({
  id,
  registrations: [{ groupArn: 'arn:web', target: { id, port } }],
})

export const instances = (count: number): Server[] =>
  Array.from({ length: count }, (_, index) => instance(idOf(index)))

export interface SettingOptions extends Partial<Omit<SsmOptions, 'clock'>> {
  readonly nodes?: number
}

const opened: SsmSetting[] = []

/** The simulated service over HTTP, and the real SDK's client for it. */
export class SsmSetting {
  readonly clock: DrivenClock
  readonly ssm: Ssm
  readonly served: ServedSsm
  readonly client: SSMClient
  readonly told = new Told()
  readonly events: CallEvent[] = []
  /** Calls may wait for time to pass. */
  mayHang = false
  #underWay = 0

  private constructor(clock: DrivenClock, ssm: Ssm, served: ServedSsm) {
    this.clock = clock
    this.ssm = ssm
    this.served = served
    this.ssm.observe((event) => this.events.push(event))
    process.env.AWS_ENDPOINT_URL_SSM = served.url
    this.client = createSsmClient('eu-west-1', { accessKeyId: 'test', secretAccessKey: 'test' })
    this.#count()
  }

  static async open({ nodes = 3, ...options }: SettingOptions = {}): Promise<SsmSetting> {
    const clock = new DrivenClock()
    const ssm = new Ssm({ clock, run: () => ({}), ...options })
    for (const { id } of instances(nodes)) ssm.addNode(id)
    const setting = new SsmSetting(clock, ssm, await serveSsm(ssm))
    opened.push(setting)
    return setting
  }

  static async closeAll(): Promise<void> {
    for (const { client, served } of opened.splice(0)) {
      client.destroy()
      await served.close()
    }
    delete process.env.AWS_ENDPOINT_URL_SSM
  }

  options(changes: Partial<SsmUpdaterOptions> = {}): SsmUpdaterOptions {
    return {
      client: this.client,
      region: 'eu-west-1',
      clock: this.clock,
      facts: {
        rolloutId: 'r-1',
        mode: 'deploy',
        strategy: 'in-place',
        groups: [{ arn: 'arn:web', name: 'web' }],
      },
      parameters: { commands: ['/opt/app/update'] },
      timeoutMs: 60_000,
      ...changes,
    }
  }

  /** Updates, and answers how it went by server. */
  async update(
    servers: readonly Server[],
    { signal = never, ...changes }: Partial<SsmUpdaterOptions> & { signal?: AbortSignal } = {},
  ): Promise<Record<string, UpdateResult>> {
    const updater = createSsmUpdater(this.options(changes))
    await this.drive(updater.update(servers, CONTEXT, this.told, signal))
    return Object.fromEntries(this.told.results)
  }

  /** Lets time pass whenever nothing else happens, until the work is done. */
  async drive<T>(work: Promise<T>): Promise<T> {
    let isDone = false
    const done = () => {
      isDone = true
    }
    work.then(done, done)
    for (;;) {
      await setImmediate()
      if (isDone) return work
      if (this.#underWay > 0 && this.mayHang) await setTimeout(20)
      if (this.#underWay === 0 || this.mayHang) this.clock.jump()
    }
  }

  /** Those calls that had an effect. */
  inputsOf(action: string): Record<string, unknown>[] {
    return this.events
      .filter((event) => event.action === action && event.error === undefined)
      .map(({ input }) => input as Record<string, unknown>)
  }

  #count(): void {
    const send = this.client.send.bind(this.client) as (...given: unknown[]) => Promise<unknown>
    const counted = async (...given: unknown[]) => {
      this.#underWay++
      try {
        return await send(...given)
      } finally {
        this.#underWay--
      }
    }
    this.client.send = counted as typeof this.client.send
  }
}

/** The same for every server. */
export const always =
  (course: ReturnType<Run>): Run =>
  () =>
    course

/** Another for some. */
export const forServers =
  (courses: Readonly<Record<string, ReturnType<Run>>>): Run =>
  ({ instanceId }) =>
    courses[instanceId] ?? {}
