import type { FleetReport, Report, TimeByCause, TrafficReport } from '../domain/report.ts'
import { nameOfGroup } from '../domain/routing.ts'
import { isoTime } from './iso-time.ts'
import { jsonPhase, jsonVerdict } from './json-phases.ts'
import { jsonPlan } from './json-plan.ts'
import type { JsonFleet, JsonGroup, JsonReport, JsonTraffic } from './json-shape.ts'
import { hyphenated, percentIf, seconds } from './json-units.ts'

export const SCHEMA_URL =
  'https://raw.githubusercontent.com/elb-rollout/elb-rollout/v1/schema/report-v1.schema.json'

/** The text of the file: values as they are, but nothing in it that a log or a terminal could take for more than text. */
export function jsonText(report: Report): string {
  const text = JSON.stringify(jsonOf(report), undefined, 2)
  return `${text.replace(INVISIBLE, escapeOf).replaceAll('##[', '\\u0023#[')}\n`
}

const INVISIBLE = /[\x7f-\x9f\p{Zl}\p{Zp}\p{Bidi_Control}]/gu

const escapeOf = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** The story of a run for programs. A new part of `Report` gets its own small function, and its place in the schema. */
function jsonOf(report: Report): JsonReport {
  return {
    $schema: SCHEMA_URL,
    schemaVersion: 1,
    ...headOf(report),
    run: runOf(report.facts.workflow),
    targetGroups: groupsOf(report),
    traffic: trafficOf(report.traffic),
    unfinished: report.unfinished,
    plan: jsonPlan(report),
    before: fleetOf(report.before),
    after: fleetOf(report.after),
    phases: report.phases.map(jsonPhase),
    verdicts: report.verdicts.map(jsonVerdict),
    serversUpdated: report.serversUpdated,
    failedStep: report.failedStep,
    problems: report.problems,
    warnings: report.warnings,
  }
}

function headOf({ facts, conclusion, endedAt, time }: Report) {
  return {
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
    secondsByCause: timeOf(time),
  }
}

const MODES = ['deploy', 'rollback', 'promote', 'recover']
const STRATEGIES = ['in-place', 'blue-green']

/** Inputs may hold anything in a run that was refused for it. */
const oneOf = (known: readonly string[], given: string): string | undefined =>
  known.find((value) => value === given)

const timeOf = ({ drain, update, health, waiting, calls }: TimeByCause): JsonReport['secondsByCause'] => ({
  drain: seconds(drain),
  update: seconds(update),
  health: seconds(health),
  waiting: seconds(waiting),
  calls: seconds(calls),
})

function runOf(workflow: Report['facts']['workflow']): JsonReport['run'] {
  if (workflow === undefined) return undefined
  const { actor, sha, runUrl, attempt, workflow: name, refName } = workflow
  return { actor, commit: sha, url: runUrl, attempt, workflow: name, ref: refName }
}

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
  const { blue, green, live, isSure, share, shareBefore, routeNames } = traffic
  return {
    ...{ blue, green, live, isSure, routes: routeNames },
    greenPercent: share / 10,
    greenPercentBefore: percentIf(shareBefore),
  }
}

function fleetOf(fleet: FleetReport | undefined): JsonFleet | undefined {
  if (fleet === undefined) return undefined
  const { loadBalancers, groups } = fleet
  const targetGroups = groups.map(({ name, share, servers }) => ({
    name,
    trafficPercent: percentIf(share),
    servers: servers.map((server) => ({ ...server, place: hyphenated(server.place) })),
  }))
  return { loadBalancers, targetGroups }
}
