import type { Runs } from '../domain/ports.ts'

const ANSWER_WITHIN_MS = 10_000

/** Workflow runs of this repository, as far as the token may read them (`actions: read`). */
export function workflowRuns(
  token: string,
  environment: Readonly<Record<string, string | undefined>>,
): Runs | undefined {
  const [owner = '', repo = ''] = (environment.GITHUB_REPOSITORY ?? '').split('/')
  if (token === '' || repo === '') return undefined
  return {
    async hasCompleted(runId, cancel) {
      // Needed only when somebody else seems to be there.
      const { getOctokit } = await import('@actions/github')
      try {
        const { rest } = getOctokit(token)
        const { data } = await rest.actions.getWorkflowRun({
          owner,
          repo,
          run_id: Number(runId),
          request: { signal: AbortSignal.any([AbortSignal.timeout(ANSWER_WITHIN_MS), cancel]) },
        })
        return data.status === 'completed'
      } catch {
        // Of another repository, or not for us to see: then its time decides.
        return false
      }
    },
  }
}
