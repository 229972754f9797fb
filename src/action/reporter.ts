import { messageOf } from '../domain/errors.ts'
import type { Event } from '../domain/events.ts'
import { isGreen } from '../domain/outcome.ts'
import type { StepKind } from '../domain/plan.ts'
import type { InputFacts, Report, ReportFacts } from '../domain/report.ts'
import { reportOf } from '../domain/report.ts'
import type { RolloutConsole } from './console.ts'
import type { ActionProcess } from './process.ts'
import { outputsOf, publishOutputs, publishSummary, writeReport } from './publish.ts'
import { workflowFacts } from './workflow.ts'

export interface ReporterOptions {
  readonly facts: ReportFacts
  readonly console: RolloutConsole
  readonly environment: ActionProcess['environment']
  readonly tempDirectory: string
  readonly summarize: (report: Report) => string
  /** The text of the file of `report-path`. */
  readonly json: (report: Report) => string
}

/** After these the summary says something new about what is there: a run that is killed leaves the last one that was written. */
const MILESTONES: ReadonlySet<Event['type']> = new Set(['phase-started', 'phase-ended', 'shifted', 'stopped'])
const CHANGES: ReadonlySet<StepKind> = new Set(['deregister', 'update', 'register'])

export const isMilestone = (event: Event): boolean =>
  MILESTONES.has(event.type) || (event.type === 'step-ended' && CHANGES.has(event.step))

/** Tells the story of a run while it happens: to the log line by line, to the summary at every phase. */
export class Reporter {
  readonly #options: ReporterOptions
  readonly #events: Event[] = []

  constructor(options: ReporterOptions) {
    this.#options = options
  }

  /** Every event; what commands print goes to the log alone. */
  note(event: Event): void {
    this.#options.console.show(event)
    if (event.type === 'update-output') return
    this.#events.push(event)
    const isLastBeforeChange = event.type === 'stage-started' && event.stage === 'Claim'
    if (!isMilestone(event) && !isLastBeforeChange) return
    const report = this.#report()
    // A run that is killed from here on says that it was interrupted.
    if (isLastBeforeChange) this.#attempt('set the outputs', () => publishOutputs(outputsOf(report)))
    this.#summarize(report)
  }

  /** Answers whether the step is green. A report that fails never changes the outcome. */
  finish(): boolean {
    const report = this.#report()
    const { console, tempDirectory, json } = this.#options
    this.#summarize(report)
    const path = this.#attempt('write the report', () =>
      // Of this process: a promotion goes on with a rollout that has a report of its own.
      writeReport(tempDirectory, this.#options.facts, json(report)),
    )
    this.#attempt('set the outputs', () => publishOutputs(outputsOf(report, path)))
    const { conclusion } = report
    if (conclusion === undefined) return false
    const { outcome, reason } = conclusion
    console.annotate(isGreen(outcome) ? 'notice' : 'error', `${outcome}: ${reason}`)
    return isGreen(outcome)
  }

  #report(): Report {
    return reportOf(this.#options.facts, this.#events)
  }

  #summarize(report: Report): void {
    const { environment, summarize } = this.#options
    this.#attempt('write the summary', () =>
      publishSummary(environment.GITHUB_STEP_SUMMARY, summarize(report)),
    )
  }

  #attempt<T>(what: string, work: () => T): T | undefined {
    try {
      return work()
    } catch (error) {
      this.#options.console.annotate('warning', `could not ${what}: ${messageOf(error)}`)
      return undefined
    }
  }
}

/** As the inputs say it, right or wrong: a run that is refused has a report too. */
export async function reportFacts(self: ActionProcess): Promise<ReportFacts> {
  const { input, rolloutId, startedAt, environment } = self
  const previousVersion = input('previous-version')
  const workflow = await workflowFacts(environment)
  return {
    rolloutId,
    startedAt,
    mode: input('mode'),
    strategy: input('strategy'),
    version: input('version'),
    targetGroupArns: input('target-group-arns')
      .split(/[\s,]+/)
      .filter((arn) => arn !== ''),
    inputs: inputFacts(input),
    ...(previousVersion === '' ? {} : { previousVersion }),
    ...(workflow === undefined ? {} : { workflow }),
  }
}

const UPDATES_BY = ['update-command', 'ssm-document', 'ssm-parameters'] as const

function inputFacts(input: ActionProcess['input']): InputFacts {
  const [region, roleToAssume] = [input('aws-region'), input('role-to-assume')]
  const updatesBy = UPDATES_BY.find((name) => input(name) !== '')
  return {
    ...(region === '' ? {} : { region }),
    ...(roleToAssume === '' ? {} : { roleToAssume }),
    ...(updatesBy === undefined ? {} : { updatesBy }),
  }
}
