import { ApiError, messageOf } from '../domain/errors.ts'
import type { Event } from '../domain/events.ts'
import { quoted } from '../domain/printable.ts'
import type { WorkflowFacts } from '../domain/report.ts'
import { type DeploymentPlace, deploymentCalls } from './deployment-calls.ts'
import { Errands } from './deployment-errands.ts'
import { DeploymentRecords } from './deployment-records.ts'
import { DeploymentStory, type StoryFacts, type Telling } from './deployment-story.ts'
import type { ActionProcess } from './process.ts'
import { systemClock } from './system-clock.ts'

/** A view of the events on GitHub's pages. Nothing reads it to decide; it delays nothing, and what fails is one warning. */
export interface DeploymentView {
  note(event: Event): void
  /** Gives what is not told yet a few seconds, and ends it. Never rejects. */
  finish(): Promise<void>
}

export interface DeploymentFacts extends StoryFacts {
  readonly workflow?: WorkflowFacts
  /** Of the step: what it has not told then, its post step does. */
  readonly cancel?: AbortSignal
}

const FINISH_WITHIN_MS = 5_000
/** The runner kills 10 s after the first signal, and sends a second one after 7.5 s. */
const AFTER_CANCEL = { goneAfterMs: 6_000, leastMs: 250, mostMs: 1_000 } as const

const NONE: DeploymentView = { note: () => {}, finish: async () => {} }

/** `facts.rolloutId`: only a post step knows what it is about. */
export function deploymentView(self: ActionProcess, facts: DeploymentFacts): DeploymentView {
  const environment = self.input('deployment-environment')
  if (environment === '') return NONE
  const warn = (why: string) =>
    self.console.annotate(
      'warning',
      `could not record the rollout as a deployment to ${quoted(environment)} on GitHub: ${why}; the rollout itself does not depend on it`,
    )
  const story = new DeploymentStory({ ...facts, mode: facts.mode || 'deploy' })
  const records = lazily(async () => {
    const calls = await deploymentCalls(placeOf(self, environment, facts.workflow))
    return new DeploymentRecords(calls)
  })
  const errands = new Errands<Telling>({
    clock: systemClock,
    run: async (telling, signal) => (await records()).record(telling, signal),
    warn: (error) => warn(advised(error)),
  })
  const finishWithinMs = timeToFinish(facts.cancel)
  return {
    note(event) {
      const telling = story.tell(event)
      if (telling !== undefined) errands.send(telling.rolloutId, telling)
    },
    finish: () => errands.finish(finishWithinMs()),
  }
}

function timeToFinish(cancel: AbortSignal | undefined): () => number {
  let cancelledAt: number | undefined
  cancel?.addEventListener('abort', () => {
    cancelledAt = systemClock.now()
  })
  return () => {
    if (cancelledAt === undefined) return FINISH_WITHIN_MS
    const { goneAfterMs, leastMs, mostMs } = AFTER_CANCEL
    return Math.min(mostMs, Math.max(leastMs, cancelledAt + goneAfterMs - systemClock.now()))
  }
}

const advised = (error: unknown): string =>
  error instanceof ApiError && error.failure === 'denied'
    ? `${messageOf(error)} (the job needs \`permissions: ${error.permission}\`, which a run for a fork never has)`
    : messageOf(error)

function lazily<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined
  return () => {
    loaded ??= load()
    return loaded
  }
}

function placeOf(
  { input, environment: variables }: ActionProcess,
  environment: string,
  workflow: WorkflowFacts | undefined,
): DeploymentPlace {
  const [owner = '', repo = ''] = (variables.GITHUB_REPOSITORY ?? '').split('/')
  if (workflow === undefined || repo === '') throw new Error('this is not a run of GitHub Actions')
  const token = input('github-token')
  if (token === '') throw new Error('github-token is empty: leave it out, or give a token')
  // Else the error of whoever sends it would show it.
  if (!/^[\x21-\x7e]+$/.test(token)) throw new Error('github-token has characters that no token has')
  const environmentUrl = input('environment-url')
  return {
    ...{ token, repository: { owner, repo }, environment, sha: workflow.sha, runUrl: workflow.runUrl },
    ...(environmentUrl === '' ? {} : { environmentUrl }),
  }
}
