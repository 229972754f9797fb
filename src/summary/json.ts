import type { PhaseReport, PlannedPhase, Report, ServerReport, TrafficReport } from '../domain/report.ts'
import { nameOfGroup } from '../domain/routing.ts'
import { isoTime } from './iso-time.ts'
import type {
  JsonGroup,
  JsonPhase,
  JsonPlannedPhase,
  JsonReport,
  JsonServer,
  JsonTraffic,
} from './json-shape.ts'

export const SCHEMA_URL =
  'https://raw.githubusercontent.com/elb-rollout/elb-rollout/v1/schema/report-v1.schema.json'

/** The story of a run for programs. A new part of `Report` gets its own small function here, and its place in the schema. */
export function jsonOf(report: Report): JsonReport {
  const { facts, conclusion, endedAt } = report
  return {
    $schema: SCHEMA_URL,
    schemaVersion: 1,
    rolloutId: facts.rolloutId,
    mode: oneOf(MODES, facts.mode),
    strategy: oneOf(STRATEGIES, facts.strategy),
    outcome: conclusion?.outcome ?? 'interrupted',
    reason: conclusion?.reason ?? 'cut short',
    version: facts.version || undefined,
    previousVersion: facts.previousVersion,
    startedAt: isoTime(facts.startedAt),
    endedAt: isoTime(endedAt),
    durationSeconds: seconds(endedAt - facts.startedAt),
    run: runOf(facts.workflow),
    targetGroups: groupsOf(report),
    traffic: trafficOf(report.traffic),
    planned: report.planned.map(plannedPhaseOf),
    phases: report.phases.map(phaseOf),
    serversUpdated: report.serversUpdated,
    failedStep: report.failedStep,
    problems: report.problems,
    warnings: report.warnings,
  }
}

/** The text of the file: values as they are, but nothing in it that a log or a terminal could take for more than text. */
export function jsonText(report: Report): string {
  const text = JSON.stringify(jsonOf(report), undefined, 2)
  return `${text.replace(INVISIBLE, escapeOf).replaceAll('##[', '\\u0023#[')}\n`
}

const INVISIBLE = /[\x7f-\x9f\p{Zl}\p{Zp}\p{Bidi_Control}]/gu

const escapeOf = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

const MODES = ['deploy', 'rollback', 'promote', 'recover']
const STRATEGIES = ['in-place', 'blue-green']

/** Inputs may hold anything in a run that was refused for it. */
const oneOf = (known: readonly string[], given: string): string | undefined =>
  known.find((value) => value === given)

const seconds = (ms: number): number => Math.round(ms) / 1000

const secondsIf = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : seconds(ms))

const percentIf = (share: number | undefined): number | undefined =>
  share === undefined ? undefined : share / 10

const runOf = (workflow: Report['facts']['workflow']): JsonReport['run'] =>
  workflow && { actor: workflow.actor, commit: workflow.sha, url: workflow.runUrl }

/** Those of the inputs, and those that a rollout which did not end had besides. */
function groupsOf({ facts, groups }: Report): JsonGroup[] {
  const given = facts.targetGroupArns
    .filter((arn) => /^arn:[\w-]+:elasticloadbalancing:.*:targetgroup\/./.test(arn))
    .map((arn) => ({ name: nameOfGroup(arn), arn }))
  const others = groups.filter((name) => !given.some((group) => group.name === name))
  return [...given, ...others.map((name) => ({ name }))]
}

function trafficOf(traffic: TrafficReport | undefined): JsonTraffic | undefined {
  if (traffic === undefined) return undefined
  const { blue, green, live, routes, share } = traffic
  return { blue, green, live, routes, greenPercent: share / 10 }
}

const plannedPhaseOf = ({ kind, share, holdMs, servers }: PlannedPhase): JsonPlannedPhase => ({
  kind,
  greenPercent: percentIf(share),
  holdSeconds: seconds(holdMs),
  servers,
})

function phaseOf(phase: PhaseReport): JsonPhase {
  const { kind, direction, version, batch, share, startedAt, endedAt, failure, servers } = phase
  return {
    ...{ kind, direction, version, batch },
    greenPercent: percentIf(share),
    startedAt: isoTime(startedAt),
    endedAt: endedAt === undefined ? undefined : isoTime(endedAt),
    durationSeconds: endedAt === undefined ? undefined : seconds(endedAt - startedAt),
    failure,
    servers: servers.map(serverOf),
  }
}

const serverOf = (server: ServerReport): JsonServer => ({
  id: server.id,
  inService: server.isInService,
  drainSeconds: secondsIf(server.drainMs),
  ...(server.drainedBy === undefined ? {} : { drainedBy: server.drainedBy }),
  updateSeconds: secondsIf(server.updateMs),
  smokeTest: server.smoke === 'passed' ? 'pass' : server.smoke,
  healthyAfterSeconds: secondsIf(server.healthMs),
  stayedHealthySeconds: secondsIf(server.heldMs),
  failure: server.failure,
  lastLines: server.tail,
  remark: server.remark,
})
