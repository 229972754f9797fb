import type { Fleet } from './fleet.ts'
import type { Progress } from './progress.ts'
import type { Settings } from './settings.ts'
import { idList, plural } from './wording.ts'

/** How a run ends. The step is green for the first three. */
export type Outcome = 'succeeded' | 'held' | 'planned' | 'rolled-back' | 'refused' | 'interrupted' | 'failed'

export const isGreen = (outcome: Outcome): boolean =>
  outcome === 'succeeded' || outcome === 'held' || outcome === 'planned'

/** Why a rollout stopped before its end; what follows depends on it. */
export interface Stop {
  /**
   * `cancel`: the runner or a person asked us to end. `timeout`: the way forward took longer than `timeout`.
   * `failure`: a step, a gate or the load balancer said no. `ousted`: somebody else may change things now.
   */
  readonly cause: 'cancel' | 'timeout' | 'failure' | 'ousted'
  readonly reason: string
  readonly step?: string
}

/** An outcome never comes without its reason: one sentence, without ARNs. */
export interface Conclusion {
  readonly outcome: Outcome
  readonly reason: string
}

/** How the way forward and, if there was one, the way back ended. */
export interface Course {
  readonly settings: Settings
  readonly fleet: Fleet
  readonly progress: Progress
  readonly forward?: Stop
  readonly back?: Stop
}

export function conclude(course: Course): Conclusion {
  const { outcome, reason } = judged(course)
  return { outcome, reason: withoutArns(reason) }
}

/** Nothing was changed. The reason is the first problem; the log and the summary have all of them. */
export function refusal(problems: readonly string[]): Conclusion {
  const [first = ''] = problems
  const others = problems.length - 1
  const reason = others > 0 ? `${first} (and ${plural(others, 'other problem')})` : first
  return { outcome: 'refused', reason: withoutArns(reason) }
}

function judged(course: Course): Conclusion {
  const { settings, forward, back } = course
  if (forward === undefined) return succeeded(course)
  const where = standing(course)
  if ([forward.cause, back?.cause].some((cause) => cause === 'cancel' || cause === 'ousted')) {
    return { outcome: 'interrupted', reason: `${(back ?? forward).reason}; ${where}` }
  }
  if (settings.onFailure === 'freeze') {
    return { outcome: 'failed', reason: `${forward.reason}; frozen as it is: ${where}` }
  }
  if (back === undefined && isWhollyOn(course, settings.previousVersion)) {
    return { outcome: 'rolled-back', reason: `${forward.reason}; ${where}` }
  }
  const also = back === undefined ? '' : `; the rollback stopped too: ${back.reason}`
  return { outcome: 'failed', reason: `${forward.reason}${also}; ${where}` }
}

function succeeded({ settings, fleet, progress }: Course): Conclusion {
  const failed = fleet.servers.filter(({ id }) => progress.of(id).failure !== undefined).map(({ id }) => id)
  const done = fleet.servers.length - failed.length
  const all = failed.length === 0
  return {
    outcome: 'succeeded',
    reason: all
      ? `${settings.version} runs on all ${plural(done, 'server')}`
      : `${settings.version} runs on ${done} of ${plural(fleet.servers.length, 'server')}; as max-failures allows, out of the load balancer: ${idList(failed)}`,
  }
}

const isWhollyOn = ({ fleet, progress }: Course, version: string | undefined): boolean =>
  fleet.servers.every(({ id }) => {
    const server = progress.of(id)
    return (
      server.place === 'in' && server.failure === undefined && (!server.touched || server.version === version)
    )
  })

/** Who runs what, and who is out: what an operator must know when it did not end well. */
function standing({ settings, fleet, progress }: Course): string {
  const all = fleet.servers.map(({ id }) => ({ id, ...progress.of(id) }))
  const serving = Map.groupBy(
    all.filter((server) => server.place === 'in'),
    (server) => (server.touched ? server.version : settings.previousVersion) ?? unknownVersion(server),
  )
  const parts = [...serving].map(([version, servers]) =>
    servers.length === all.length
      ? `${version} serves on all ${plural(all.length, 'server')}`
      : `${version} serves on ${idList(servers.map(({ id }) => id))}`,
  )
  const out = all.filter((server) => server.place === 'out' && !server.inDoubt).map(({ id }) => id)
  const returning = all
    .filter((server) => server.place === 'returning' && !server.inDoubt)
    .map(({ id }) => id)
  const inDoubt = all.filter((server) => server.inDoubt).map(({ id }) => id)
  if (returning.length > 0) parts.push(`registered again, not seen to stay healthy: ${idList(returning)}`)
  if (out.length > 0) parts.push(`not in the load balancer: ${idList(out)}`)
  if (inDoubt.length > 0) parts.push(`not in, and an update may still be running: ${idList(inDoubt)}`)
  return parts.join('; ')
}

const unknownVersion = (server: { touched: boolean }): string =>
  server.touched ? 'a half-updated version' : 'the version before'

/** GitHub drops an output that contains a masked value, and account ids and regions often are. */
export function withoutArns(text: string): string {
  return text.replace(/arn:[\w-]*:[\w-]*:[\w-]*:\d*:([^\s"',;]+)/g, '$1')
}
