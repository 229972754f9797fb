import { messageOf } from '../domain/errors.ts'
import type { Happening } from '../domain/events.ts'
import type { JournalStore } from '../domain/journal.ts'
import { persist as persistently } from '../domain/persist.ts'
import type { AutoScaling, Clock, LoadBalancer, Routing } from '../domain/ports.ts'

export interface Patience {
  readonly clock: Clock
  readonly emit: (event: Happening) => void
  readonly giveUpAfterMs: number
}

interface Again {
  readonly signal: AbortSignal | undefined
  readonly beforeAgain?: () => Promise<void>
  readonly waitingFor?: string
}

/**
 * The same load balancer, but a call that failed for a passing reason is made again, for minutes if need be: a
 * throttled account or a broken connection is no reason to give up half-way.
 */
export function persistent(loadBalancer: LoadBalancer, patience: Patience): LoadBalancer {
  const keep = <T>(call: () => Promise<T>, signal?: AbortSignal) => persist(call, { ...patience, signal })
  return {
    describeGroups: (arns, signal) => keep(() => loadBalancer.describeGroups(arns, signal), signal),
    describeGroupsOf: (arn, signal) => keep(() => loadBalancer.describeGroupsOf(arn, signal), signal),
    describeLoadBalancers: (arns, signal) =>
      keep(() => loadBalancer.describeLoadBalancers(arns, signal), signal),
    describeHealth: (arn, signal) => keep(() => loadBalancer.describeHealth(arn, signal), signal),
    // Changes are not made again blindly: whoever makes them looks first whether they are still right.
    register: (arn, targets, signal) => loadBalancer.register(arn, targets, signal),
    deregister: (arn, targets, signal) => loadBalancer.deregister(arn, targets, signal),
  }
}

/** The same for the routes. Changes are not made again blindly here either. */
export function persistentRouting(routing: Routing, patience: Patience): Routing {
  const keep = <T>(call: () => Promise<T>, signal?: AbortSignal) => persist(call, { ...patience, signal })
  return {
    describeListeners: (arn, signal) => keep(() => routing.describeListeners(arn, signal), signal),
    describeRoutes: (listener, signal) => keep(() => routing.describeRoutes(listener, signal), signal),
    modifyRoute: (route, signal) => routing.modifyRoute(route, signal),
  }
}

/** What makes a fleet safe waits no longer to hear which of its servers are still there. */
export const BRIEFLY_MS = 10_000

/**
 * The same for the groups of Auto Scaling: suspending twice is suspending once. `membersWithinMs`: for what is only good to
 * know.
 */
export function persistentAutoScaling(
  autoScaling: AutoScaling,
  patience: Patience,
  membersWithinMs = patience.giveUpAfterMs,
): AutoScaling {
  const how = { ...patience, waitingFor: "Auto Scaling's API to answer:" }
  const keep = <T>(call: () => Promise<T>, signal?: AbortSignal) => persist(call, { ...how, signal })
  return {
    describeMembers: (ids, signal) =>
      persist(() => autoScaling.describeMembers(ids, signal), {
        ...how,
        signal,
        giveUpAfterMs: membersWithinMs,
      }),
    describeGroups: (names, signal) => keep(() => autoScaling.describeGroups(names, signal), signal),
    refreshUnderWay: (group, signal) => keep(() => autoScaling.refreshUnderWay(group, signal), signal),
    suspend: (group, processes, signal) => keep(() => autoScaling.suspend(group, processes, signal), signal),
    resume: (group, processes, signal) => keep(() => autoScaling.resume(group, processes, signal), signal),
  }
}

/** The same store, but a call that failed for a passing reason is made again: writing the same twice is writing it once. */
export function persistentStore(store: JournalStore, patience: Patience): JournalStore {
  const keep = <T>(call: () => Promise<T>, signal?: AbortSignal) => persist(call, { ...patience, signal })
  return {
    read: (arns, signal) => keep(() => store.read(arns, signal), signal),
    write: (arns, entries, signal) => keep(() => store.write(arns, entries, signal), signal),
    remove: (arns, entries, signal) => keep(() => store.remove(arns, entries, signal), signal),
    room: (arns, out, signal) => keep(() => store.room(arns, out, signal), signal),
  }
}

/** As `persist` of the domain, and says what is waited for. */
export const persist = <T>(
  call: () => Promise<T>,
  { emit, waitingFor = "the load balancer's API to answer:", ...how }: Patience & Again,
): Promise<T> =>
  persistently(call, {
    ...how,
    onFailure: (error, elapsedMs) =>
      emit({
        type: 'waiting',
        text: `${waitingFor} ${messageOf(error)}`,
        elapsedMs,
        limitMs: how.giveUpAfterMs,
      }),
  })
