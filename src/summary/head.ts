import type { Outcome } from '../domain/outcome.ts'
import type { PhaseReport, Report, WorkflowFacts } from '../domain/report.ts'
import { duration, plural } from '../domain/wording.ts'
import { moment } from './moment.ts'
import { phaseTitle } from './phase-title.ts'
import { runAddress } from './run-address.ts'
import { sentence } from './sentence.ts'
import { row, table } from './table.ts'
import { code, cut, inert, link } from './text.ts'

const SIGNS: Record<Outcome, string> = {
  succeeded: '✅ Succeeded',
  held: '⏸️ Held',
  planned: '📋 Planned',
  'rolled-back': '⏪ Rolled back',
  refused: '⛔ Refused',
  interrupted: '⚠️ Interrupted',
  failed: '❌ Failed',
}

const LONGEST_REASON = 2_000
/** What is longer than two lines is no heading any more. */
const LONG_REASON = 200

/** The verdict and its reason; while it is under way, how far it has come. */
export function heading(report: Report): string {
  const { conclusion } = report
  if (conclusion === undefined) return `## ⏳ ${underWay(report)}`
  const [first] = divided(cut(conclusion.reason, LONGEST_REASON))
  return `## ${SIGNS[conclusion.outcome]}: ${inert(first)}`
}

/** What the heading had no room for, and what all of it means. */
export function opening(report: Report): string {
  const [, rest] = divided(cut(report.conclusion?.reason ?? '', LONGEST_REASON))
  return rest === '' ? sentence(report) : `… ${inert(rest)}. ${sentence(report)}`
}

/** After the last part that a heading has room for, else after a word. */
function divided(reason: string): readonly [first: string, rest: string] {
  if (reason.length <= LONG_REASON) return [reason, '']
  const start = reason.slice(0, LONG_REASON)
  const end = [start.lastIndexOf('; '), start.lastIndexOf(', '), start.lastIndexOf(' ')].find(
    (at) => at > LONG_REASON / 3,
  )
  if (end === undefined) return [reason, '']
  const first = reason.slice(0, end)
  return [first, reason.slice(end).replace(/^[;,]? +/, '')]
}

function underWay({ phases, facts }: Report): string {
  const version = inert(facts.version)
  const goal = version === '' ? facts.mode : version
  const last = phases.at(-1)
  const where = last === undefined ? 'before the first change' : whereIn(last)
  if (last?.direction === 'rollback')
    return `Going back to ${inert(last.version) || 'the version before'}: ${where}`
  return `Rolling out ${goal}: ${where}`
}

function whereIn(phase: PhaseReport): string {
  const title = phaseTitle(phase)
  const state = phase.stoppedBy !== undefined ? ' stopped' : phase.endedAt === undefined ? '' : ' done'
  const of = phase.kind === 'batch' ? ` of ${phase.batches}` : ''
  return `${title}${of}${state}`
}

/** Who, what, where and when. The first fact is the head of the table, which takes no room. */
export function factsTable(report: Report): string {
  const [first, ...rest] = [
    fact('Version', versions(report)),
    fact('Where', where(report)),
    fact('How', how(report)),
    fact('When', when(report)),
    ...who(report.facts.workflow),
    ...unfinished(report),
    fact('Rollout', code(report.facts.rolloutId)),
  ].filter((cells): cells is readonly [string, string] => cells !== undefined)
  return first === undefined ? '' : table(first, rest.map(row))
}

/** Most runs that find one go on with their own. */
function unfinished({ unfinished: found, facts }: Report): (readonly [string, string] | undefined)[] {
  if (found === undefined || found.rolloutId === facts.rolloutId) return []
  const to = found.version === '' ? '' : ` to ${code(found.version)}`
  return [fact('Put right', `what rollout ${code(found.rolloutId)}${to} had left`)]
}

const fact = (name: string, value: string): readonly [string, string] | undefined =>
  value === '' ? undefined : [name, value]

function versions({ facts }: Report): string {
  return [facts.previousVersion ?? '', facts.version]
    .filter((version) => version !== '')
    .map(code)
    .join(' → ')
}

const MOST_GROUPS = 10

function where({ groups, before, traffic }: Report): string {
  if (groups.length === 0) return ''
  const names = groups.slice(0, MOST_GROUPS).map(code).join(', ')
  const more = groups.length > MOST_GROUPS ? ` and ${groups.length - MOST_GROUPS} more` : ''
  const balancers = before?.loadBalancers.slice(0, MOST_GROUPS).map(({ name }) => code(name)) ?? []
  const behind = balancers.length === 0 ? '' : ` behind load balancer ${balancers.join(', ')}`
  const servers = new Set(before?.groups.flatMap((group) => group.servers.map(({ id }) => id))).size
  const routes = traffic === undefined ? '' : `, ${plural(traffic.routes, 'route')}`
  return `target group${groups.length === 1 ? '' : 's'} ${names}${more}${behind}, ${plural(servers, 'server')}${routes}`
}

function how({ facts, phases }: Report): string {
  const batches = phases.filter(({ kind, direction }) => kind === 'batch' && direction === 'forward').length
  const shifts = phases.filter(({ kind }) => kind === 'shift').length
  const parts = [
    facts.mode === 'deploy' ? '' : code(`mode: ${facts.mode}`),
    inert(facts.strategy),
    batches === 0 ? '' : plural(batches, 'batch', 'batches'),
    shifts < 2 ? '' : `traffic in ${shifts} steps`,
  ]
  return parts.filter((part) => part !== '').join(', ')
}

function when({ facts: { startedAt }, endedAt, conclusion }: Report): string {
  const took = duration(Math.max(0, endedAt - startedAt))
  return `${moment(startedAt)} UTC, ${conclusion === undefined ? `${took} so far` : `took ${took}`}`
}

function who(workflow: WorkflowFacts | undefined): [readonly [string, string] | undefined] | [] {
  if (workflow === undefined) return []
  const { actor, sha, refName, attempt = '1' } = workflow
  const { server = '', repository = '' } = runAddress(workflow) ?? {}
  const person = link(inert(actor), `${server}/${actor}`)
  const again = attempt === '1' ? '' : `, attempt ${inert(attempt)}`
  const commit = link(code(sha.slice(0, 7)), `${server}/${repository}/commit/${sha}`)
  const branch = refName === undefined ? '' : ` on ${inert(refName)}`
  const run = link(inert(runName(workflow)), workflow.runUrl)
  return [fact('Who', `${person}, by ${run}${again}, commit ${commit}${branch}`)]
}

const runName = ({ workflow = 'this run', runNumber }: WorkflowFacts): string =>
  runNumber === undefined ? workflow : `${workflow} #${runNumber}`
