import { chunksOf } from '../domain/chunks.ts'
import { ApiError } from '../domain/errors.ts'
import type { Server, Target } from '../domain/fleet.ts'
import { isDraining, registrationsIn } from '../domain/fleet.ts'
import type { JournalEntry } from '../domain/ports.ts'
import { persist } from './persist.ts'
import { belowFloor, isFloorKept } from './reserve.ts'
import type { Handler, Run } from './run.ts'
import { failServer, remoteUpdates, serversIn } from './run.ts'
import { tellVanished } from './vanished.ts'
import { look } from './wait.ts'

/** Above this the API rejects some calls: https://github.com/kubernetes/kubernetes/pull/101592 */
const MOST_TARGETS_A_CALL = 100

/** Takes servers out of every group, for as long as the floor holds without them. */
export const deregister: Handler<'deregister'> = async (run, step) => {
  const held = serversIn(run, step.servers)
  try {
    await takeOut(run, step.servers, async () => {
      if (!isFloorKept(run, { servers: held, health: await look(run), floor: step.floor }))
        throw new FloorBroken()
    })
    return undefined
  } catch (error) {
    if (!(error instanceof FloorBroken)) throw error
    return { retreat: `${belowFloor(run, step.floor)} were healthy before all of the batch had left` }
  }
}

class FloorBroken extends Error {}

/** A look that is older than this does not count for the first call. */
const FRESH_MS = 3_000
const LOOK_EVERY_MS = 1_000

/** Takes out those that are not out yet. A call that comes late, or again, is made only if `stillRight` does not object. */
export async function takeOut(
  run: Run,
  ids: readonly string[],
  stillRight: () => Promise<void> = async () => {},
): Promise<void> {
  const { clock } = run.ports
  const startedAt = clock.now()
  const leaving = serversIn(run, ids).filter(({ id }) => run.progress.of(id).place !== 'out')
  await run.journal.confirm(run.signal)
  // Also when all of them are out already: it says until when the next entry comes.
  await run.journal.recordOut(entryOf(run, leaving), run.signal)
  if (leaving.length === 0) return
  run.emit({ type: 'leaving', servers: leaving.map(({ id }) => id) })
  if (clock.now() - startedAt > FRESH_MS) {
    await run.journal.confirm(run.signal)
    await stillRight()
  }
  await callDeregister(run, leaving, stillRight)
}

export function entryOf(run: Run, servers: readonly Server[]): JournalEntry {
  const { plan, batch, batches, strategy, phaseWithinMs, fleet } = run
  const { direction, version, leaves } = plan
  return {
    ...{ servers, strategy, direction, version, batch, batches, holdForMs: phaseWithinMs },
    ...(leaves === undefined ? {} : { previousVersion: leaves }),
    touches: fleet.groups.map(({ arn }) => arn),
    ...remoteUpdates(run),
  }
}

export async function callDeregister(
  run: Run,
  servers: readonly Server[],
  beforeAgain: () => Promise<void> = async () => {},
): Promise<void> {
  const { loadBalancer } = run.ports
  for (const { groupArn, groupName, targets, servers: ids } of callsFor(run, servers)) {
    const call = () => loadBalancer.deregister(groupArn, targets, run.signal)
    await persist(call, {
      ...run.patience,
      signal: run.signal,
      beforeAgain: async () => {
        await run.journal.confirm(run.signal)
        await beforeAgain()
      },
    })
    for (const id of ids) run.leftAt.set(id, run.ports.clock.now())
    run.emit({ type: 'deregistered', group: groupName, servers: ids })
  }
}

/** Puts servers back in every group. One whose update may still be running stays out. */
export const register: Handler<'register'> = async (run, step) => {
  await putBack(run, step.servers)
  return undefined
}

export async function putBack(run: Run, ids: readonly string[]): Promise<void> {
  const returning = serversIn(run, ids).filter(({ id }) => !run.progress.of(id).inDoubt)
  if (returning.length === 0) return
  await run.journal.confirm(run.signal)
  const rejected: Rejected[] = []
  for (const call of callsFor(run, returning)) rejected.push(...(await registerAll(run, call)))
  // All others are back by now: this may take a few seconds.
  await Promise.all(rejected.map((one) => judgeRejected(run, one)))
  run.emit({ type: 'returned', servers: returning.map(({ id }) => id) })
}

/**
 * One target that is not accepted fails the call for all of them. One that is still draining may not be (for ip targets AWS
 * says: not before the delay is over): the wait for healthy sees that it is missing, and registers it once it has gone. One
 * that has been terminated never will be. Answers those that are not accepted.
 */
async function registerAll(run: Run, call: Call): Promise<Rejected[]> {
  try {
    await callRegister(run, call)
    run.emit({ type: 'registered', group: call.groupName, servers: call.servers })
    return []
  } catch (error) {
    if (!(error instanceof ApiError) || error.failure !== 'rejected') throw error
    const [target, ...others] = call.targets
    if (target === undefined) return []
    if (others.length === 0) return [{ call, target, message: error.message }]
    const rejected: Rejected[] = []
    for (const one of call.targets)
      rejected.push(...(await registerAll(run, { ...call, targets: [one], servers: [one.id] })))
    return rejected
  }
}

interface Rejected {
  /** Of this target alone. */
  readonly call: Call
  readonly target: Target
  readonly message: string
}

/** Whatever its group does about that is its group's business. */
const NOT_RUNNING = /not in a running state|Instance ID '[^']*' is not valid/i

async function judgeRejected(run: Run, { call, target, message }: Rejected): Promise<void> {
  if (await isDrainingIn(run, call.groupArn, target)) return
  // It may have been draining when it was rejected, and have come to the end of it before we saw it.
  const [again] = await registerAll(run, call)
  if (again === undefined) return
  if (run.members.has(target.id) && NOT_RUNNING.test(again.message))
    tellVanished(run, target.id, 'the instance does not run any more')
  else failServer(run, target.id, `it could not be registered again: ${message}`)
}

function callRegister(run: Run, { groupArn, targets }: Call): Promise<void> {
  const { patience, signal } = run
  return persist(() => run.ports.loadBalancer.register(groupArn, targets, signal), {
    ...patience,
    signal,
    beforeAgain: () => run.journal.confirm(signal),
  })
}

/** No only when a read says so that cannot be older than the call that took it out, perhaps a moment ago. */
async function isDrainingIn(run: Run, groupArn: string, { id, port }: Target): Promise<boolean> {
  const { clock, loadBalancer } = run.ports
  const until = clock.now() + FRESH_MS
  while (true) {
    const isFresh = clock.now() >= until
    const seen = await loadBalancer.describeHealth(groupArn, run.signal)
    if (seen.some((entry) => isDraining(entry) && entry.target.id === id && entry.target.port === port))
      return true
    if (isFresh) return false
    await clock.sleep(LOOK_EVERY_MS, run.signal)
  }
}

interface Call {
  readonly groupArn: string
  readonly groupName: string
  readonly targets: readonly Target[]
  readonly servers: string[]
}

function callsFor(run: Run, servers: readonly Server[]): Call[] {
  return run.fleet.groups.flatMap((group) => {
    const targets = servers.flatMap((server) =>
      registrationsIn(server, group.arn).map(({ target }) => target),
    )
    return chunksOf(targets, MOST_TARGETS_A_CALL).map((chunk) => ({
      groupArn: group.arn,
      groupName: group.name,
      targets: chunk,
      servers: [...new Set(chunk.map((target) => target.id))],
    }))
  })
}
