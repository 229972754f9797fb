import { randomUUID } from 'node:crypto'
import { senderError } from '../aws-error.ts'
import { Command, type CommandOptions } from './command.ts'
import type { Run, ScriptEvent } from './course.ts'
import { type Document, executionTimeoutOf, RUN_SHELL_SCRIPT } from './documents.ts'
import { type Detail, Invocation } from './invocation.ts'
import type { SsmBehaviour, SsmOptions } from './options.ts'

export interface Node {
  readonly instanceId: string
  readonly ping: 'Online' | 'ConnectionLost'
  readonly platform: 'Linux' | 'Windows'
}

interface Happened {
  readonly what: ScriptEvent['what']
  readonly instanceId: string
  readonly command: Command
  readonly exitCode: number | undefined
}

/** Nodes, documents, and every command that was ever sent. */
export class SsmAccount {
  readonly options: SsmOptions
  readonly behaviour: SsmBehaviour
  readonly nodes = new Map<string, Node>()
  readonly documents = new Map<string, Document>([[RUN_SHELL_SCRIPT.name, RUN_SHELL_SCRIPT]])
  /** Newest first, as they are listed. */
  readonly commands: Command[] = []
  run: Run
  /** Sees what really happens on the nodes. */
  onScript: (event: ScriptEvent) => void = () => {}

  constructor(options: SsmOptions, behaviour: SsmBehaviour) {
    this.options = options
    this.behaviour = behaviour
    this.run = options.run
  }

  get now(): number {
    return this.options.clock.now()
  }

  /** By name, or by the ARN of a shared one. */
  document(name: string): Document {
    const found = this.documents.get(name) ?? this.documents.get(name.split('document/')[1] ?? '')
    if (found === undefined)
      throw senderError('InvalidDocument', `Document with name ${name} does not exist.`)
    return found
  }

  /** Not the newest ones: it takes a moment until they are seen. */
  get visible(): Command[] {
    const { visibleAfterMs } = this.behaviour
    return this.commands.filter(({ options }) => options.requestedAt + visibleAfterMs <= this.now)
  }

  /** Throws for an id that no command has; a command that is not seen yet is known all the same. */
  command(id: string): Command {
    const found = this.commands.find(({ options }) => options.id === id)
    if (found === undefined) throw senderError('InvalidCommandId', 'The specified command ID is not valid.')
    return found
  }

  send(
    request: Omit<CommandOptions, 'id' | 'step' | 'requestedAt' | 'expiresAt'>,
    document: Document,
  ): Command {
    const deliveryMs = request.timeoutSeconds * 1_000
    const executionTimeoutMs = executionTimeoutOf(document, request.parameters) * 1_000
    const times = { requestedAt: this.now, expiresAt: this.now + deliveryMs + executionTimeoutMs }
    const command = new Command({ ...request, ...times, id: randomUUID(), step: document.step })
    this.commands.unshift(command)
    if (this.#pending + request.instanceIds.length > this.behaviour.pendingLimit) {
      command.exceedRate()
      return command
    }
    const isEarly = this.behaviour.deliveryTimesOutAfter === 'delivery'
    command.start(
      request.instanceIds.map((instanceId) => {
        const lastStartAt = isEarly ? this.now + deliveryMs : times.expiresAt
        const part = { clock: this.options.clock, instanceId, course: this.#course(command, instanceId) }
        return new Invocation({
          ...{ ...part, ...times, lastStartAt, executionTimeoutMs },
          onEnd: () => command.onEnd(),
          onScript: (what, exitCode) => this.#tell({ what, instanceId, command, exitCode }),
        })
      }),
    )
    return command
  }

  /** StatusDetails as it is spelt. */
  spelt(detail: Detail | 'Incomplete' | 'RateExceeded'): string {
    return this.behaviour.details === 'OneWord' ? detail : detail.replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
  }

  get #pending(): number {
    return this.commands.flatMap(({ invocations }) => invocations).filter(({ isFinal }) => !isFinal).length
  }

  #tell({ what, instanceId, command, exitCode }: Happened): void {
    const about = { instanceId, commandId: command.options.id, at: this.now, what }
    this.onScript({ type: 'script', ...about, ...(exitCode === undefined ? {} : { exitCode }) })
  }

  #course({ options }: Command, instanceId: string) {
    const { id, documentName, parameters } = options
    const course = this.run({ instanceId, commandId: id, documentName, parameters })
    const isAway = this.nodes.get(instanceId)?.ping === 'ConnectionLost'
    return isAway ? ({ ...course, deliveryMs: 'never' } as const) : course
  }
}
