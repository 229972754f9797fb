import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as core from '@actions/core'
import type { Report, ReportFacts } from '../domain/report.ts'
import { nameOfGroup } from '../domain/routing.ts'
import type { Outputs } from './outputs.ts'
import { writeOutputs } from './outputs.ts'

/** Outputs as of now: a run that is killed leaves the last ones that were written. */
export function publishOutputs(outputs: Outputs): void {
  writeOutputs((name, value) => core.setOutput(name, value), outputs)
}

/** GitHub reads the file when the step has ended, however it ended; so it is written whole, and at once. */
export function publishSummary(summaryPath: string | undefined, text: string): void {
  // Outside of GitHub Actions there is nowhere to put it.
  if (summaryPath === undefined || summaryPath === '') return
  writeFileSync(summaryPath, text)
}

/** Everything that happened, as JSON; answers the path. */
export function writeReport(
  tempDirectory: string,
  { rolloutId, mode }: Pick<ReportFacts, 'rolloutId' | 'mode'>,
  json: string,
): string {
  const name = `${rolloutId}-${mode}`.replace(/[^\w-]/g, '_')
  const path = join(tempDirectory, `elb-rollout-${name}.json`)
  writeFileSync(path, json)
  return path
}

/** The outputs that the story of a run amounts to. */
export function outputsOf(report: Report, reportPath?: string): Outputs {
  const { conclusion, facts, failedStep, serversUpdated } = report
  return {
    'rollout-id': facts.rolloutId,
    outcome: conclusion?.outcome ?? 'interrupted',
    reason:
      conclusion?.reason ??
      'cut short; the post step, mode: recover or the next run puts right what it has left',
    ...versionsOf(report),
    ...liveGroupsOf(report),
    'servers-updated': serversUpdated,
    ...(failedStep === undefined ? {} : { 'failed-step': failedStep }),
    'duration-seconds': (report.endedAt - facts.startedAt) / 1000,
    ...(reportPath === undefined ? {} : { 'report-path': reportPath }),
  }
}

/** In-place all of them are; of a pair it is the one that the weights say. */
function liveGroupsOf({ groups, facts, traffic }: Report): Outputs {
  // In the middle of a change nobody knows.
  if (traffic?.isSure === false) return {}
  if (groups.length === 0) return {}
  const live = traffic === undefined ? groups : [traffic.live]
  const arns = facts.targetGroupArns.filter((arn) => traffic === undefined || live.includes(nameOfGroup(arn)))
  return {
    'live-target-group': live.join(','),
    ...(arns.length === 0 ? {} : { 'live-target-group-arn': arns.join(',') }),
  }
}

/** Nothing is said about versions when the fleet may be mixed. */
function versionsOf({ conclusion, facts, planned }: Report): Outputs {
  const { version, previousVersion } = facts
  const before = previousVersion === undefined ? {} : { 'previous-version': previousVersion }
  if (conclusion?.outcome === 'succeeded') return planned.length === 0 ? {} : { version, ...before }
  const unchanged = ['rolled-back', 'refused', 'planned'].includes(conclusion?.outcome ?? '')
  return unchanged && previousVersion !== undefined ? { version: previousVersion } : {}
}
