import { SSMClient } from '@aws-sdk/client-ssm'
import type { VirtualClock } from '../../simulator/clock.ts'
import type { Course, Occasion, ScriptEvent } from '../../simulator/ssm/course.ts'
import type { SsmBehaviour } from '../../simulator/ssm/options.ts'
import { Ssm } from '../../simulator/ssm/ssm.ts'
import type { Clock, LeftUpdates, Updater } from '../../src/domain/ports.ts'
import type { Settings } from '../../src/domain/settings.ts'
import { createSsmUpdater, endSsmCommands, ssmProblems } from '../../src/updaters/ssm.ts'
import { ssmHandler } from './in-process-handler.ts'
import { type Life, mortal } from './life.ts'

/** How Run Command behaves in a world. */
export interface SsmWorld {
  /** What differs from an agent that does what it is told. `nth`: of the commands for this server, from 1. */
  readonly course?: (id: string, version: string, nth: number) => Course | undefined
  readonly behaviour?: Partial<SsmBehaviour>
  /** Servers of which it may be impossible to say that their update has ended. */
  readonly doubtful?: (id: string) => boolean
}

export interface SsmPlaceOptions extends SsmWorld {
  readonly clock: VirtualClock
  readonly seed: number
  readonly servers: readonly string[]
  /** How a command goes where nothing else is said. */
  usually(id: string, version: string): Course
  onScript(event: ScriptEvent, version: string): void
}

const REGION = 'us-east-1'
const PARAMETERS = { commands: ['/opt/app/update'] }

/** Systems Manager in a world: the simulated service, and the real updater on the real client of the SDK. */
export class SsmPlace {
  readonly ssm: Ssm
  readonly #clock: VirtualClock
  readonly #client: SSMClient
  readonly #options: SsmPlaceOptions
  readonly #versions = new Map<string, string>()

  constructor(options: SsmPlaceOptions) {
    const { clock, seed, behaviour = {}, servers } = options
    this.#options = options
    this.#clock = clock
    this.ssm = new Ssm({ clock, seed, behaviour, run: (occasion) => this.#course(occasion) })
    this.ssm.onScript = (event) => options.onScript(event, this.#versions.get(event.commandId) ?? '')
    for (const id of servers) this.ssm.addNode(id)
    this.#client = new SSMClient({
      region: REGION,
      endpoint: 'http://ssm.test',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
      requestHandler: ssmHandler(clock, this.ssm),
      // A signature is a sixth of what a call costs, and nobody looks at it.
      signer: { sign: async (request) => request },
    })
  }

  updater(life: Life, settings: Settings, rolloutId: string): Updater {
    const client = this.#clientOf(life)
    const { updateTimeoutMs: timeoutMs, updateConcurrency } = settings
    const updater = createSsmUpdater({
      ...{ client, region: REGION, clock: life, parameters: PARAMETERS, timeoutMs },
      facts: { ...settings, rolloutId, groups: [] },
      ...(updateConcurrency === undefined ? {} : { concurrency: updateConcurrency }),
    })
    const problems = (servers: readonly string[], signal: AbortSignal) =>
      ssmProblems({ client, clock: life, servers, parameters: PARAMETERS }, signal)
    return { ...updater, problems }
  }

  leftUpdates(life: Life, commands: ReadonlyMap<string, string>): LeftUpdates {
    const client = this.#clientOf(life)
    const clock: Clock = life
    return {
      end: ({ marks: rolloutIds, servers }, signal) =>
        endSsmCommands({ client, clock, rolloutIds, commands, servers }, signal),
    }
  }

  /** Its calls end with the process that makes them, and time stands still while the SDK works. */
  #clientOf(life: Life): SSMClient {
    const send = this.#client.send.bind(this.#client) as (...given: unknown[]) => Promise<object>
    const held = { send: (...given: unknown[]) => this.#clock.hold(() => send(...given)) }
    return mortal(held, life) as unknown as SSMClient
  }

  #course({ instanceId, commandId, parameters }: Occasion): Course {
    const script = parameters.commands?.join('\n') ?? ''
    const [, version = ''] = /^export ROLLOUT_VERSION='(.*)'$/m.exec(script) ?? []
    this.#versions.set(commandId, version)
    const { usually, course } = this.#options
    const before = this.ssm.commands.filter(({ options }) => options.instanceIds.includes(instanceId))
    return course?.(instanceId, version, before.length) ?? usually(instanceId, version)
  }
}
