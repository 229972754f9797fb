import type { Event } from '../domain/events.ts'
import { PHASE_NAMES } from '../domain/phase-names.ts'
import type { Share } from '../domain/traffic.ts'
import { showShare } from '../domain/traffic.ts'
import { duration, idList, plural } from '../domain/wording.ts'
import { planLines } from './plan-lines.ts'
import type { Stopwatch } from './stopwatch.ts'

/** What an event puts into the log: a line, the begin or end of a group, an annotation. */
export type Entry =
  | string
  | { readonly kind: 'group'; readonly title: string }
  | { readonly kind: 'end-group' }
  | { readonly kind: 'warning'; readonly text: string }

type EventOf<T extends Event['type']> = Extract<Event, { readonly type: T }>
type Teller<E> = (event: E, watch: Stopwatch) => readonly Entry[]

export function entriesFor(event: Event, watch: Stopwatch): readonly Entry[] {
  const teller = TELLERS[event.type] as Teller<Event>
  return teller(event, watch)
}

const END_OF_GROUP: Entry = { kind: 'end-group' }
const DRAINED_BY = {
  'load-balancer': '',
  command: ', as drained-command said',
  connections: ': no connection was left',
} as const
const VERDICTS = { pass: 'passed', fail: 'failed', unknown: 'could not judge' } as const

/** A new type of event does not compile until it is told here. */
const TELLERS: { readonly [T in Event['type']]: Teller<EventOf<T>> } = {
  'stage-started': ({ stage }) => [{ kind: 'group', title: stage }],
  observed: ({ groups }) =>
    groups.map(
      ({ name, targets, healthy }) => `observed ${name}: ${plural(targets, 'target')}, ${healthy} healthy`,
    ),
  'places-unknown': ({ reason }) => [
    `where the instances are is not known (${reason}): batches are not spread over zones, and ROLLOUT_TARGET_ZONE and ROLLOUT_TARGET_IP are not set`,
  ],
  planned: planLines,
  refused: ({ problems }) => [END_OF_GROUP, ...problems.map((problem) => `refused: ${problem}`)],
  warned: ({ text }) => [{ kind: 'warning', text }],
  'phase-started': phaseStarted,
  'batch-cut': ({ servers, later }) => [
    `cut the batch to ${counted(servers)}, as the floor let no more leave; left for later: ${counted(later)}`,
  ],
  'batch-retreated': ({ servers, reason }) => [`took the batch back, ${counted(servers)}: ${reason}`],
  'routes-found': ({ blue, green, routes, share }) => [
    `${blue} carries the traffic${share === undefined ? ', in part' : share === 0 ? '' : `, but for ${showShare(share)}`}; ${green} is the other one`,
    ...routes.map(({ name, weights }) => `route ${name}: ${weights}`),
  ],
  'unfinished-shift-found': ({ rolloutId, version, base }) => [
    `rollout ${rolloutId} to ${version} did not end in the middle of a shift: the weights go back to ${base === 0 ? 'what they were before' : `its hold at ${showShare(base)}`}`,
  ],
  shifting: ({ share }) => [`shifting: ${showShare(share)} of the traffic to green`],
  'routes-drifted': ({ drift }) => [`somebody else has changed the routes: ${drift}`],
  'route-changed': ({ route, weights }) => [`changed ${route}: ${weights}`],
  shifted: ({ share, routes }) => [
    `${showShare(share)} of the traffic goes to green now, seen on ${plural(routes, 'route')}`,
  ],
  ready: ({ group, servers, least, unready }) => [
    `${group} is ready: ${counted(servers)} healthy, ${least} needed${unready.length === 0 ? '' : `; not healthy: ${counted(unready)}`}`,
  ],
  'phase-ended': ({ at }, watch) => [`phase ended${watch.after('phase', at)}`, END_OF_GROUP],
  'step-started': ({ step, servers, at }, watch) => {
    watch.start(step, at)
    return [`step ${step} started${servers.length === 0 ? '' : ` (${plural(servers.length, 'server')})`}`]
  },
  'step-ended': ({ step, at }, watch) => [`step ${step} ended${watch.after(step, at)}`],
  'step-failed': ({ step, reason, at }, watch) => [`step ${step} failed${watch.after(step, at)}: ${reason}`],
  'unfinished-found': ({ rolloutId, version, batch, batches, servers, inDoubt }) => [
    `rollout ${rolloutId} to ${version} did not end: ${servers.length === 0 ? 'no server is out' : `in batch ${batch} of ${batches} it left out ${counted(servers)}`}`,
    ...(inDoubt.length === 0 ? [] : [`must not go back in as they are: ${counted(inDoubt)}`]),
  ],
  'left-in-doubt': ({ servers }) => [`to be updated before they go back in: ${counted(servers)}`],
  leaving: ({ servers }) => [`began to take out ${counted(servers)}`],
  deregistered: ({ group, servers, at }, watch) => {
    for (const id of servers) watch.startOnce(`drain ${id}`, at)
    return [`deregistered ${idList(servers)} from ${group} (${plural(servers.length, 'server')})`]
  },
  'drain-confirmed': ({ servers }) => [`drain confirmed for ${counted(servers)}`],
  drained: ({ server, by, at }, watch) => [
    `${server} drained${watch.after(`drain ${server}`, at)}${DRAINED_BY[by]}`,
  ],
  'update-started': ({ server, version, at }, watch) => {
    watch.start(`update ${server}`, at)
    return [`${server} update to ${version} started`]
  },
  'update-output': ({ server, line }) => [`[${server}] ${line}`],
  'update-succeeded': ({ server, version, at }, watch) => [
    `${server} updated to ${version}${watch.in(`update ${server}`, at)}`,
  ],
  'update-failed': updateFailed,
  judged: ({ gate, server, verdict, evidence }) => [
    `${gate} ${VERDICTS[verdict]}${server === undefined ? '' : ` for ${server}`}: ${evidence}`,
  ],
  registered: ({ group, servers, at }, watch) => {
    for (const id of servers) watch.startOnce(`return ${id}`, at)
    return [`registered ${idList(servers)} in ${group} (${plural(servers.length, 'server')})`]
  },
  returned: ({ servers }) => [`registered in every group again: ${counted(servers)}`],
  healthy: ({ server, at }, watch) => [`${server} healthy${watch.after(`return ${server}`, at)}`],
  'in-service': ({ server, at }, watch) => [`${server} in service${watch.after(`return ${server}`, at)}`],
  'server-failed': ({ server, reason }) => [`${server} failed: ${reason}`],
  'server-vanished': ({ server, reason }) => [`${server} is gone: ${reason}`],
  'servers-appeared': ({ servers }) => [`came while this was under way, and follow: ${counted(servers)}`],
  'processes-suspended': ({ group, processes }) => [
    `suspended in Auto Scaling group ${group}: ${processes.join(', ')}`,
  ],
  'processes-resumed': ({ group, processes }) => [
    `resumed in Auto Scaling group ${group}: ${processes.join(', ')}`,
  ],
  'server-still-unhealthy': ({ server, reason }) => [
    `${server} stayed unhealthy, as it was before the rollout: ${reason}`,
  ],
  'still-out': ({ servers }) => [`put back, but not seen in the load balancer yet: ${counted(servers)}`],
  waiting: (event) => [`waiting for ${event.text}${waited(event)}`],
  stopped: ({ stop: { cause, step, reason }, direction }) => [
    END_OF_GROUP,
    `${direction === 'forward' ? 'rollout' : 'rollback'} stopped by ${cause}${step === undefined ? '' : ` in step ${step}`}: ${reason}`,
  ],
  ended: ({ outcome, reason, at }, watch) => [
    END_OF_GROUP,
    `ended as ${outcome} after ${watch.total(at)}: ${reason}`,
  ],
}

/** How long it has taken, and can take. */
function waited({ elapsedMs, limitMs }: EventOf<'waiting'>): string {
  if (elapsedMs < 1_000) return limitMs === undefined ? '' : ` (up to ${duration(limitMs)})`
  return ` (${duration(elapsedMs)}${limitMs === undefined ? '' : ` of ${duration(limitMs)}`})`
}

const counted = (ids: readonly string[]): string => `${idList(ids)} (${plural(ids.length, 'server')})`

const backTo = (share: Share): string =>
  share === 0 ? 'all back to blue' : `back to ${showShare(share)} on green`

function phaseStarted(event: EventOf<'phase-started'>, watch: Stopwatch): readonly Entry[] {
  const { direction, version, servers, at } = event
  watch.reset()
  watch.start('phase', at)
  const goal = version || 'the version before'
  const title = direction === 'rollback' ? `Roll back to ${goal}` : `Roll out ${goal}`
  const count = servers.length === 0 ? '' : ` (${plural(servers.length, 'server')})`
  return [
    { kind: 'group', title: `${title}: ${phaseTitle(event)}${count}` },
    ...(servers.length === 0 ? [] : [`servers: ${idList(servers)}`]),
  ]
}

function phaseTitle({ phase, share = 0, batch, batches }: EventOf<'phase-started'>): string {
  switch (phase) {
    case 'batch':
      return `batch ${batch} of ${batches}`
    case 'shift':
      return `shift to ${showShare(share)}`
    case 'shift-back':
      return backTo(share)
    default:
      return PHASE_NAMES[phase]
  }
}

function updateFailed(event: EventOf<'update-failed'>, watch: Stopwatch): readonly Entry[] {
  const { server, version, reason, tail, ended, at } = event
  const doubt = ended ? '' : '; it may still be running'
  const last = tail.length === 0 ? '' : '; its last lines:'
  return [
    `${server} update to ${version} failed${watch.after(`update ${server}`, at)}: ${reason}${doubt}${last}`,
    ...tail.map((line) => `[${server}] | ${line}`),
  ]
}
