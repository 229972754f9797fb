/** The run of the workflow, as GitHub counts. */
export interface WorkflowRun {
  readonly id: string
  readonly attempt: string
}

/**
 * `20261123T065814Z-<run id>-<attempt>-<6 hex>`. Sorts by time as text, and fits in a tag of AWS. Nothing in it is a
 * thing that people keep secret (an account id, a region), so that GitHub does not drop it as an output.
 *
 * `random` gives a number from 0 up to, not including, 1.
 */
export function newRolloutId(nowMs: number, random: () => number, run?: WorkflowRun): string {
  const time = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '')
  const chance = Math.floor(random() * 0x1000000)
    .toString(16)
    .padStart(6, '0')
  const parts = run === undefined ? [] : [run.id, run.attempt].map((part) => part.replace(/[^\dA-Za-z]/g, ''))
  return [time, ...parts.filter((part) => part !== ''), chance].join('-')
}
