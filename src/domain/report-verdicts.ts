import type { Event } from './events.ts'
import type { JudgeScope } from './plan.ts'
import type { Verdict } from './ports.ts'

/** What a gate has said, and what it goes by. */
export interface VerdictReport {
  readonly gate: string
  readonly scope: JudgeScope
  /** Absent: it has judged the service, the traffic, or what is outside. */
  readonly server?: string
  readonly verdict: Verdict['verdict']
  /** A response, alarms, what was measured and how often. */
  readonly evidence: string
  readonly at: number
  /** Index of the phase that was under way in `phases`; absent: none was yet. */
  readonly phase?: number
}

export function verdictsOf(events: readonly Event[]): VerdictReport[] {
  const verdicts: VerdictReport[] = []
  let phase = -1
  for (const event of events) {
    if (event.type === 'phase-started') phase++
    if (event.type !== 'judged') continue
    const { gate, scope, server, verdict, evidence, at } = event
    verdicts.push({
      ...{ gate, scope, verdict, evidence, at },
      ...(server === undefined ? {} : { server }),
      ...(phase === -1 ? {} : { phase }),
    })
  }
  return verdicts
}
