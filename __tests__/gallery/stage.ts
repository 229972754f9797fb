import { isMilestone } from '../../src/action/reporter.ts'
import { newRolloutId } from '../../src/action/rollout-id.ts'
import type { Event } from '../../src/domain/events.ts'
import type { Conclusion } from '../../src/domain/outcome.ts'
import { type Report, type ReportFacts, reportOf } from '../../src/domain/report.ts'
import type { Settings } from '../../src/domain/settings.ts'
import { type Process, type ProcessOptions, World, type WorldOptions } from '../support/world.ts'

/** One run of the gallery, whose summary is a golden file. */
export interface Scene {
  /** Of its golden file. */
  readonly name: string
  /** What has happened, for a list of them. */
  readonly title: string
  readonly play: () => Promise<Report>
}

const SHA = '3f1ef7f0c2a4564c0d0b6daf1b0f5a1e9c6b7a80'

/** Runs in virtual time from a fixed moment, with ids that are the same every time. */
export class Stage {
  readonly world: World
  #processes = 0

  constructor(options: WorldOptions = {}) {
    this.world = new World(options)
  }

  /**
   * A process of its own, from its start to its end, as its summary tells it. `inputs`: of the workflow, where the process is
   * about something else, as the post step is.
   */
  async tell(options: ProcessOptions = {}, inputs = options): Promise<Report> {
    const told = this.#telling(options, inputs)
    const conclusion = await this.world.clock.run(this.world.start(told.options).ended)
    return told.report(conclusion)
  }

  /** One that is killed when so much time has passed, with the last summary that it has written. */
  async tellUntilKilled(afterMs: number, options: ProcessOptions = {}): Promise<KilledRun> {
    const told = this.#telling(options, options)
    const process = this.world.start(told.options)
    await this.world.clock.advance(afterMs)
    process.life.end()
    return { process, report: told.report() }
  }

  /** Something that happens when so much time has passed. */
  after(ms: number, happens: () => void): void {
    this.world.clock.schedule(this.world.clock.now() + ms, happens)
  }

  cancelAfter(ms: number): void {
    this.after(ms, () => this.world.stop({ cause: 'cancel', reason: 'cancelled' }))
  }

  #telling(given: ProcessOptions, inputs: ProcessOptions) {
    const { world } = this
    const startedAt = world.clock.now()
    const from = world.events.length
    const rolloutId = given.rolloutId ?? this.#nextId(startedAt)
    const facts = factsOf(inputs, { world, startedAt, rolloutId })
    const report = (conclusion?: Conclusion): Report => {
      const events: Event[] = [
        { type: 'stage-started', stage: 'Inputs', at: startedAt },
        ...world.events.slice(from),
      ]
      if (conclusion === undefined) return reportOf(facts, lastTold(events))
      return reportOf(facts, [...events, { type: 'ended', at: world.clock.now(), ...conclusion }])
    }
    return { report, options: { ...given, rolloutId } }
  }

  #nextId(now: number): string {
    const number = ++this.#processes
    return newRolloutId(now, () => (number * 0.381966) % 1, {
      id: `${19_532_640_000 + number}`,
      attempt: '1',
    })
  }
}

export interface KilledRun {
  readonly process: Process
  readonly report: Report
}

/** What came after the last summary is lost with the run. */
const lastTold = (events: readonly Event[]): readonly Event[] =>
  events.slice(
    0,
    events.findLastIndex(
      (event) => isMilestone(event) || (event.type === 'stage-started' && event.stage === 'Claim'),
    ) + 1,
  )

/** As the inputs of the run say it. */
function factsOf(
  { settings = {}, withoutVersions }: ProcessOptions,
  { world, startedAt, rolloutId }: { world: World; startedAt: number; rolloutId: string },
): ReportFacts {
  const whole: Settings = world.settings(settings)
  const isDeploy = withoutVersions !== true && whole.mode === 'deploy'
  return {
    rolloutId,
    startedAt,
    mode: whole.mode,
    strategy: isDeploy ? whole.strategy : '',
    version: isDeploy ? whole.version : '',
    ...(isDeploy && whole.previousVersion !== undefined ? { previousVersion: whole.previousVersion } : {}),
    targetGroupArns: whole.targetGroupArns,
    workflow: {
      actor: 'octocat',
      sha: SHA,
      runUrl: 'https://github.com/octo-org/shop/actions/runs/19532640001',
    },
  }
}
