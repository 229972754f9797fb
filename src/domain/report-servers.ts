import type { DrainedBy, Event } from './events.ts'
import type { StepKind } from './plan.ts'

/** What one server went through in one phase; a part that did not happen is absent. Durations in milliseconds. */
export interface ServerReport {
  readonly id: string
  readonly drainMs?: number
  readonly drainedBy?: DrainedBy
  readonly updateMs?: number
  /** `passed`, `fail`, `unknown`: the last verdict on this server. */
  readonly smoke?: string
  /** From its return to the first healthy look. */
  readonly healthMs?: number
  /** From then until it counted. */
  readonly heldMs?: number
  readonly isInService: boolean
  readonly failure?: string
  /** The step in which it failed. */
  readonly failedIn?: StepKind
  /** The last lines that its failed update printed. */
  readonly tail?: readonly string[]
  readonly remark?: string
}

/** What the servers of a phase went through, by the events of the phase. */
export function serversOf(ids: readonly string[], events: readonly Event[]): ServerReport[] {
  const stories = storiesOf(events)
  return ids.map((id) => serverOf(id, stories.get(id) ?? []))
}

interface Told {
  readonly event: Event
  /** The step that was under way. */
  readonly step: StepKind | undefined
}

/** The events of each server, in their order. */
function storiesOf(events: readonly Event[]): Map<string, Told[]> {
  const stories = new Map<string, Told[]>()
  let step: StepKind | undefined
  for (const event of events) {
    if (event.type === 'step-started') step = event.step
    for (const id of concerned(event)) {
      const story = stories.get(id)
      if (story === undefined) stories.set(id, [{ event, step }])
      else story.push({ event, step })
    }
  }
  return stories
}

function concerned(event: Event): readonly string[] {
  if ('server' in event) return event.server === undefined ? [] : [event.server]
  return 'servers' in event ? event.servers : []
}

function serverOf(id: string, story: readonly Told[]): ServerReport {
  const since = new Map<string, number>()
  const parts = story.map(({ event, step }) => ({
    ...told(event, since),
    ...(event.type === 'server-failed' && step !== undefined ? { failedIn: step } : {}),
  }))
  return Object.assign({ id, isInService: false }, ...parts)
}

/** What one event adds to the story of a server; `since` holds when its parts began. */
function told(event: Event, since: Map<string, number>): Partial<ServerReport> {
  const started = (part: string) => {
    since.set(part, event.at)
    return {}
  }
  const took = (part: string) => event.at - (since.get(part) ?? event.at)
  switch (event.type) {
    case 'leaving':
      return started('drain')
    case 'drained':
      return since.has('drain') ? { drainMs: took('drain'), drainedBy: event.by } : {}
    case 'update-started':
      return started('update')
    case 'update-succeeded':
      return { updateMs: took('update') }
    case 'update-failed':
      return { updateMs: took('update'), tail: event.tail }
    case 'judged':
      return { smoke: event.verdict === 'pass' ? 'passed' : event.verdict }
    case 'returned':
      return started('health')
    case 'healthy':
      since.set('held', event.at)
      return { healthMs: took('health') }
    case 'in-service':
      return { heldMs: took('held'), isInService: true }
    case 'ready':
      return { isInService: true }
    case 'server-failed':
      return { failure: event.reason, isInService: false }
    case 'server-still-unhealthy':
      return { remark: `unhealthy before, and still so: ${event.reason}` }
    case 'server-vanished':
      return { remark: `gone: ${event.reason}` }
    case 'still-out':
      return { remark: 'put back, but not seen in the load balancer yet', isInService: false }
    case 'batch-retreated':
      return { remark: `put back untouched: ${event.reason}` }
    default:
      return {}
  }
}
