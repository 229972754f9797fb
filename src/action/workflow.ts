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
