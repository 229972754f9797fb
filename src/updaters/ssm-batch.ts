import { chunksOf } from '../domain/chunks.ts'
import { explain, messageOf } from '../domain/errors.ts'
import type { Server } from '../domain/fleet.ts'
import type { ServerContext, UpdateListener } from '../domain/ports.ts'
import { lanesFor, SERVERS_A_COMMAND } from '../domain/run-command.ts'
import type { SsmUpdaterOptions } from './ssm.ts'
import { busyServers, whyBusy } from './ssm-busy.ts'
import type { NewCommand, RunCommand } from './ssm-calls.ts'
import { commentFor } from './ssm-comment.ts'
import { deliver } from './ssm-deliver.ts'
import { consoleLink, lastLines, type Printer } from './ssm-output.ts'
import { type Document, isShellDocument, parametersFor, SHELL_DOCUMENT } from './ssm-parameters.ts'
import { Pace } from './ssm-time.ts'
import { timesFor, whyEnd } from './ssm-times.ts'
import { type End, type Progress, Watch, type Watching } from './ssm-watch.ts'

export interface BatchOptions {
  readonly ssm: RunCommand
  readonly options: SsmUpdaterOptions
  readonly context: ServerContext
  readonly listener: UpdateListener
  readonly signal: AbortSignal
}

/** Of how many failures all output is asked for. */
const OUTPUTS = 10
/** Whoever gave the leave to begin may say otherwise after so long. */
const FRESH_MS = 3_000

/** As `Updater.update`. Lanes draw chunks from one queue, as many as the concurrency leaves room for. */
export async function updateBatch(given: BatchOptions, servers: readonly Server[]): Promise<void> {
  const { concurrency = servers.length } = given.options
  const batch = new Batch(given)
  const free = await batch.withoutBusy(servers)
  if (batch.isStopped) return batch.throwObjection()
  const queue = chunksOf(free, SERVERS_A_COMMAND).values()
  const lane = async () => {
    let isFirst = true
    for (const chunk of queue) {
      if (!isFirst) await batch.ask()
      isFirst = false
      if (batch.isStopped) return
      await batch.updateChunk(chunk)
    }
  }
  const lanes = lanesFor({ servers: free.length, concurrency })
  await Promise.all(Array.from({ length: lanes }, lane))
  batch.throwObjection()
}

class Batch {
  readonly #given: BatchOptions
  readonly #document: Document
  readonly #printer: Printer
  readonly #watching: Watching
  #objection: { readonly error: unknown } | undefined

  constructor(given: BatchOptions) {
    const { ssm, signal, options } = given
    this.#given = given
    this.#document = { name: options.document ?? SHELL_DOCUMENT, parameters: options.parameters }
    this.#printer = { ssm, signal, left: OUTPUTS }
    const onEnd = (end: End) => this.#report(end)
    this.#watching = { ssm, signal, clock: options.clock, pace: new Pace(options.clock), onEnd }
  }

  get isStopped(): boolean {
    return this.#given.signal.aborted || this.#objection !== undefined
  }

  throwObjection(): void {
    if (this.#objection !== undefined) throw this.#objection.error
  }

  /** Asks whether what had to wait may begin. */
  async ask(): Promise<void> {
    await this.#given.listener.mayBegin().catch((error) => {
      this.#objection ??= { error }
    })
  }

  async #askStrictly(): Promise<void> {
    await this.ask()
    this.throwObjection()
  }

  /** Those on which nothing runs that somebody has left; the others fail. */
  async withoutBusy(servers: readonly Server[]): Promise<readonly Server[]> {
    const { ssm, options, signal } = this.#given
    const { clock } = options
    const mayBegin = () => this.#askStrictly()
    const startedAt = clock.now()
    const ids = servers.map(({ id }) => id)
    if (ids.length === 0 || signal.aborted) return servers
    try {
      const busy = await busyServers({ ssm, clock, signal, mayBegin }, ids)
      for (const [id, rolloutId] of busy) this.#failAll([id], whyBusy(rolloutId), false)
      if (clock.now() - startedAt > FRESH_MS) await this.ask()
      return servers.filter(({ id }) => !busy.has(id))
    } catch (error) {
      if (!this.isStopped) this.#failAll(ids, explain(error), true)
      return []
    }
  }

  async updateChunk(chunk: readonly Server[]): Promise<void> {
    const { ssm, options, signal } = this.#given
    const delivery = {
      ...{ ssm, clock: options.clock, signal },
      mayBegin: () => this.#askStrictly(),
      commandFor: (servers: readonly Server[]) => this.#commandFor(servers),
      onOffline: (ids: readonly string[]) => this.#failAll(ids, 'its SSM agent is not online', true),
    }
    const { servers, ...delivered } = await deliver(delivery, chunk)
    if ('commandId' in delivered) return this.#follow(servers, delivered.commandId)
    const { reason, ended, isGivenUp } = delivered
    if (isGivenUp && this.isStopped) return
    const ids = servers.map(({ id }) => id)
    this.#failAll(ids, reason, ended)
  }

  #commandFor(servers: readonly Server[]): NewCommand {
    const { context, options } = this.#given
    const { facts, timeoutMs } = options
    const concurrency = Math.min(options.concurrency ?? SERVERS_A_COMMAND, servers.length)
    return {
      concurrency,
      document: this.#document.name,
      parameters: parametersFor(this.#document, { servers, context, facts, timeoutMs }),
      servers: servers.map(({ id }) => id),
      comment: commentFor(facts.rolloutId, context.version),
      deliverySeconds: timesFor({ timeoutMs, servers: servers.length, concurrency }).deliveryMs / 1_000,
    }
  }

  async #follow(servers: readonly Server[], commandId: string): Promise<void> {
    const { listener, options, signal } = this.#given
    const { timeoutMs } = options
    const concurrency = options.concurrency ?? servers.length
    const times = timesFor({ timeoutMs, servers: servers.length, concurrency })
    for (const { id } of servers) listener.started(id, commandId)
    const why = (server: Progress) => {
      if (signal.aborted) return 'aborted'
      if (server.stage !== 'begun' && this.#objection) return messageOf(this.#objection.error)
      return whyEnd(times, server)
    }
    const watch = new Watch(this.#watching, {
      commandId,
      whyEnd: why,
      servers: servers.map(({ id }) => id),
      ...(times.isLimited ? { onWaiting: () => this.ask() } : {}),
      ...(isShellDocument(this.#document) ? { timeoutMs } : {}),
    })
    await watch.run()
  }

  async #report(end: End): Promise<void> {
    const { listener, options } = this.#given
    const { server, verdict } = end
    const tail = await lastLines(this.#printer, end)
    for (const line of tail) listener.output(server, line)
    if (verdict.ok) listener.ended(server, verdict)
    else {
      const link = `see ${consoleLink(options.region, end)}`
      listener.ended(server, { ...verdict, tail: [...tail, link] })
    }
  }

  #failAll(servers: readonly string[], reason: string, ended: boolean): void {
    for (const id of servers) this.#given.listener.ended(id, { ok: false, reason, tail: [], ended })
  }
}
