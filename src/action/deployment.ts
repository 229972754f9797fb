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
  /** Gives what is not told yet this long, and ends it. Never rejects. */
  finish(withinMs: number): Promise<void>
}

/** How long the end of a run waits for GitHub; of one that was cancelled, where its post step tells the rest. */
export const TELL_WITHIN_MS = { usually: 5_000, cancelled: 1_000 } as const

const NONE: DeploymentView = { note: () => {}, finish: async () => {} }

/** `facts.rolloutId`: only a post step knows what it is about. */
export function deploymentView(
  self: ActionProcess,
  facts: StoryFacts & { readonly workflow?: WorkflowFacts },
): DeploymentView {
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
  return {
    note(event) {
      const telling = story.tell(event)
      if (telling !== undefined) errands.send(telling.rolloutId, telling)
    },
    finish: (withinMs) => errands.finish(withinMs),
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
  const environmentUrl = input('environment-url')
  return {
    ...{ token, repository: { owner, repo }, environment, sha: workflow.sha, runUrl: workflow.runUrl },
    ...(environmentUrl === '' ? {} : { environmentUrl }),
  }
}
