/** What is known before the first event. */
export interface ReportFacts {
  readonly rolloutId: string
  /** `deploy`, `rollback`, `promote`, `recover`. */
  readonly mode: string
  readonly strategy: string
  readonly version: string
  readonly previousVersion?: string
  readonly targetGroupArns: readonly string[]
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** Inputs that somebody who goes on by hand needs again. */
  readonly inputs?: InputFacts
  /** The run of the workflow; absent outside of GitHub Actions. */
  readonly workflow?: WorkflowFacts
}

/** As they were typed, right or wrong. */
export interface InputFacts {
  /** Absent: that of the ARNs. */
  readonly region?: string
  readonly roleToAssume?: string
  /** Which input says how servers are updated; absent: others update them. */
  readonly updatesBy?: 'update-command' | 'ssm-document' | 'ssm-parameters'
}

/** Who runs what, as GitHub tells it. Everything but `actor`, `sha` and `runUrl` may be unknown to older runners. */
export interface WorkflowFacts {
  /** Login of who has started it. */
  readonly actor: string
  readonly sha: string
  /** `https://github.com/owner/name/actions/runs/123`. */
  readonly runUrl: string
  readonly attempt?: string
  /** As people see it: `#12`. */
  readonly runNumber?: string
  /** Names of the workflow, and of the branch or tag. */
  readonly workflow?: string
  readonly refName?: string
  /** Where this action comes from (`owner/name`) and which ref of it; absent: from the repository itself. */
  readonly action?: { readonly repository: string; readonly ref: string }
}
