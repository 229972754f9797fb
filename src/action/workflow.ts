import type { RunnerJob } from '../domain/journal.ts'
import type { WorkflowFacts } from '../domain/report.ts'

/** Who runs what, as GitHub tells it; nothing outside of GitHub Actions. */
export async function workflowFacts(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<WorkflowFacts | undefined> {
  if (environment.GITHUB_ACTIONS !== 'true' || !environment.GITHUB_REPOSITORY) return undefined
  const { context } = await import('@actions/github')
  const { owner, repo } = context.repo
  return {
    actor: context.actor,
    sha: context.sha,
    runUrl: `${context.serverUrl}/${owner}/${repo}/actions/runs/${context.runId}`,
  }
}

/** By which another job of the same run knows that this one has ended. */
export function runnerJob(environment: Readonly<Record<string, string | undefined>>): RunnerJob | undefined {
  const { GITHUB_RUN_ID: runId, GITHUB_RUN_ATTEMPT: attempt, GITHUB_JOB: job } = environment
  return runId && attempt && job ? { runId, attempt, job } : undefined
}
