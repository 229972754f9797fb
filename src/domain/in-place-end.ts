import type { Ledger } from './journal.ts'
import { ledgerOf } from './journal.ts'
import type { Conclusion, Course } from './outcome.ts'
import { withoutArns } from './outcome.ts'
import { stillThere } from './progress.ts'
import type { Ending, EndingFacts } from './strategy.ts'
import { idList, plural } from './wording.ts'

/** How an in-place rollout has ended. */
export function concludeInPlace(course: Course): Conclusion {
  const { outcome, reason } = judged(course)
  return { outcome, reason: withoutArns(reason) }
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

function succeeded(course: Course): Conclusion {
  const { settings, progress } = course
  const there = serversThere(course)
  const failed = there.filter(({ id }) => progress.of(id).failure !== undefined).map(({ id }) => id)
  const done = there.length - failed.length
  const all = failed.length === 0
  const reason = all
    ? `${settings.version} runs on all ${plural(done, 'server')}`
    : `${settings.version} runs on ${done} of ${plural(there.length, 'server')}; as max-failures allows, out of the load balancer: ${idList(failed)}`
  return { outcome: 'succeeded', reason: `${reason}${goneText(course)}` }
}

const serversThere = ({ fleet, progress }: Course) => stillThere(fleet, progress).servers

/** Terminated by somebody else while it was under way. */
function goneText({ fleet, progress }: Course): string {
  const gone = fleet.servers.filter(({ id }) => progress.of(id).vanished === true).map(({ id }) => id)
  return gone.length === 0 ? '' : `; gone meanwhile: ${idList(gone)}`
}

const isWhollyOn = ({ fleet, progress }: Course, version: string | undefined): boolean =>
  fleet.servers.every(({ id }) => {
    const server = progress.of(id)
    return (
      server.place === 'in' && server.failure === undefined && (!server.touched || server.version === version)
    )
  })

/** Who runs what, and who is out: what an operator must know when it did not end well. */
function standing(course: Course): string {
  const { settings, progress } = course
  const all = serversThere(course).map(({ id }) => ({ id, ...progress.of(id) }))
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
  return `${parts.join('; ')}${goneText(course)}`
}

const unknownVersion = (server: { touched: boolean }): string =>
  server.touched ? 'a version that nobody knows' : 'the version before'

/** What stays written of it: the same on every group. */
export function endInPlace(course: Course, { found, ...facts }: EndingFacts): Ending {
  const ledger = ledgerAfter({ course, found: ledgerOf({ ledgers: found }), ...facts })
  return {
    ledgers: new Map(course.fleet.groups.map(({ arn }) => [arn, ledger])),
    out: course.progress.where((server) => server.place === 'out'),
    inDoubt: mustStayOut(course),
  }
}

/** One whose update may still be running; and one that failed, unless all that is out is to go back in after a cancel. */
function mustStayOut({ progress, forward, back }: Course): string[] {
  const isCancelled = forward?.cause === 'cancel' || back?.cause === 'cancel'
  return progress.where(
    ({ inDoubt, place, failure }) => inDoubt || (!isCancelled && place === 'out' && failure !== undefined),
  )
}

interface LedgerFacts extends Omit<EndingFacts, 'found'> {
  readonly course: Course
  readonly found: Ledger
}

function ledgerAfter({ course, conclusion, found, rolloutId, at }: LedgerFacts): Ledger {
  const { settings, fleet, progress } = course
  const last = { rolloutId, outcome: conclusion.outcome }
  const isRollback = settings.mode === 'rollback'
  const before = isRollback ? settings.version : (settings.previousVersion ?? found.holds)
  // What was undone stays the last that was tried: undoing it again has nothing to do.
  if (conclusion.outcome === 'succeeded' && isRollback) {
    return { holds: settings.version, at, last: { rolloutId, outcome: 'rolled-back' } }
  }
  if (conclusion.outcome === 'succeeded') {
    return { holds: settings.version, ...(before === undefined ? {} : { before }), rolloutId, at, last }
  }
  const isUntouched = fleet.servers.every(({ id }) => !progress.of(id).touched)
  if (isUntouched) return { ...found, last }
  const { holds: _, partner: __, ...rest } = found
  if (conclusion.outcome === 'rolled-back') {
    return { ...rest, ...(before === undefined ? {} : { holds: before }), last }
  }
  return { ...rest, ...(before === undefined ? {} : { before }), last }
}
