import type { WorkflowFacts } from '../domain/report.ts'

/** What the address of a workflow run says. */
export interface RunAddress {
  /** `https://github.com`. */
  readonly server: string
  /** `owner/name`. */
  readonly repository: string
  readonly runId: string
}

const ADDRESS = /^(https?:\/\/[\w.-]+(?::\d+)?)\/(\w[\w.-]*\/[\w.-]+)\/actions\/runs\/(\d+)$/

/** Absent: outside of GitHub Actions, or not an address as GitHub has them. */
export function runAddress(workflow: WorkflowFacts | undefined): RunAddress | undefined {
  const [, server, repository, runId] = ADDRESS.exec(workflow?.runUrl ?? '') ?? []
  if (server === undefined || repository === undefined || runId === undefined) return undefined
  return { server, repository, runId }
}
