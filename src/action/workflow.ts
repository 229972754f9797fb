import type { RunnerJob } from '../domain/journal.ts'
import type { WorkflowFacts } from '../domain/report.ts'

/** Who runs what, as GitHub tells it; nothing outside of GitHub Actions. */
export async function workflowFacts(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<WorkflowFacts | undefined> {
  if (environment.GITHUB_ACTIONS !== 'true' || !environment.GITHUB_REPOSITORY) return undefined
  const { context } = await import('@actions/github')
  const { owner, repo } = context.repo
  const { serverUrl, actor, sha, workflow } = context
  return {
    actor,
    sha,
    workflow,
    runUrl: `${serverUrl}/${owner}/${repo}/actions/runs/${context.runId}`,
    ...given('attempt', environment.GITHUB_RUN_ATTEMPT),
    ...given('runNumber', environment.GITHUB_RUN_NUMBER),
    ...given('refName', environment.GITHUB_REF_NAME),
    ...actionFacts(environment),
  }
}

const given = <Key extends string>(key: Key, value: string | undefined) =>
  (value ? { [key]: value } : {}) as { readonly [K in Key]?: string }

/** Both are empty where the action is one of the repository itself. */
function actionFacts({
  GITHUB_ACTION_REPOSITORY: repository,
  GITHUB_ACTION_REF: ref,
}: Readonly<Record<string, string | undefined>>): Pick<WorkflowFacts, 'action'> {
  return repository && ref ? { action: { repository, ref } } : {}
}

/** By which another job of the same run knows that this one has ended. */
export function runnerJob(environment: Readonly<Record<string, string | undefined>>): RunnerJob | undefined {
  const { GITHUB_RUN_ID: runId, GITHUB_RUN_ATTEMPT: attempt, GITHUB_JOB: job } = environment
  return runId && attempt && job ? { runId, attempt, job } : undefined
}
