import { SSMClient } from '@aws-sdk/client-ssm'
import type { VirtualClock } from '../../simulator/clock.ts'
import type { Course, Occasion, ScriptEvent } from '../../simulator/ssm/course.ts'
import type { SsmBehaviour } from '../../simulator/ssm/options.ts'
import { Ssm } from '../../simulator/ssm/ssm.ts'
import type { LeftUpdates, Updater } from '../../src/domain/ports.ts'
import type { Settings } from '../../src/domain/settings.ts'
import { createSsmUpdater, endSsmCommands, ssmProblems } from '../../src/updaters/ssm.ts'
import { config, held, ssmHandler } from './in-process-handler.ts'
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

/** The real client of a simulated service, without a wire. */
export const ssmClientOf = (clock: VirtualClock, ssm: Ssm): SSMClient =>
  held(new SSMClient({ ...config(ssmHandler(clock, ssm)), maxAttempts: 1 }), clock)

/** What opens it for a world. Only those that need it load the SDK's client. */
export type OpenSsm = (given: Omit<SsmPlaceOptions, keyof SsmWorld>) => SsmPlace

export const runCommand =
  (how: SsmWorld = {}): OpenSsm =>
  (given) =>
    new SsmPlace({ ...how, ...given })

/** Systems Manager in a world: the simulated service, and the real updater on the real client of the SDK. */
export class SsmPlace {
  readonly ssm: Ssm
  readonly #client: SSMClient
  readonly #options: SsmPlaceOptions
  readonly #versions = new Map<string, string>()

  constructor(options: SsmPlaceOptions) {
    const { clock, seed, behaviour = {}, servers } = options
    this.#options = options
    this.ssm = new Ssm({ clock, seed, behaviour, run: (occasion) => this.#course(occasion) })
    this.ssm.onScript = (event) => options.onScript(event, this.#versions.get(event.commandId) ?? '')
    for (const id of servers) this.ssm.addNode(id)
    this.#client = ssmClientOf(clock, this.ssm)
  }

  mayBeInDoubt(id: string): boolean {
    return this.#options.doubtful?.(id) === true
  }

  updater(life: Life, settings: Settings, rolloutId: string): Updater {
    const client = mortal(this.#client, life)
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
    const client = mortal(this.#client, life)
    return {
      end: ({ marks: rolloutIds, servers }, signal) =>
        endSsmCommands({ client, clock: life, rolloutIds, commands, servers }, signal),
    }
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
