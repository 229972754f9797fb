import type { Report } from '../domain/report.ts'
import type { RunAddress } from './run-address.ts'
import { runAddress } from './run-address.ts'

/** What somebody pastes. Only what is harmless in YAML, in a shell and in Markdown is filled in. */
const HARMLESS = /^[\w.:/@+=,%-]+$/

const isHarmless = (text: string): boolean => HARMLESS.test(text) && !text.startsWith('-')

/** Where nobody knows where this action comes from. */
const PUBLISHED = 'elb-rollout/elb-rollout@v1'

/** `owner/name@ref`; the action may be in a folder. */
const ACTION = /^\w[\w.-]*\/[\w./-]+@\w[\w./-]*$/

export interface Step {
  readonly mode: 'rollback' | 'promote' | 'recover'
  /** Of the rollout meant; absent: whichever is there. */
  readonly rolloutId?: string
  /** Whether servers may have to be updated. */
  readonly updates?: boolean
  /** The version before is not written down anywhere. */
  readonly needsVersion?: boolean
}

/** What it does not know, and would do without. */
const ALSO: Readonly<Record<Step['mode'], string>> = {
  promote:
    'smoke-url, alarm-names, max-error-rate, max-latency, bake-time, min-green, deployment-environment',
  rollback: 'batch-size, min-healthy, min-green, health-timeout, smoke-url, deployment-environment',
  recover: 'health-timeout, min-green, deployment-environment',
}

/** The step of a workflow that does it, ready to paste. */
export function stepOf(report: Report, step: Step): string {
  const { mode, rolloutId, updates = false, needsVersion = false } = step
  const { facts } = report
  const { region, roleToAssume, updatesBy = 'update-command' } = facts.inputs ?? {}
  const lines = [
    `- uses: ${usesOf(report)}`,
    '  with:',
    `    mode: ${mode}`,
    ...(rolloutId === undefined ? [] : [`    ${given('rollout-id', rolloutId)}`]),
    ...targetGroups(facts.targetGroupArns),
    ...(needsVersion
      ? ['    # previous-version: the version to go back to, which nothing is written about']
      : []),
    ...(mode === 'promote' ? ['    traffic: 100%'] : []),
    ...(updates ? [`    # ${updatesBy}, and what belongs to it: as in the step that deployed`] : []),
    '    # as in the step that deployed, if they are there:',
    `    #   ${ALSO[mode]}`,
    ...(region === undefined ? [] : [`    ${given('aws-region', region)}`]),
    ...(roleToAssume === undefined
      ? ['    # after a step that fetches AWS credentials, as in the job that deployed']
      : [`    ${given('role-to-assume', roleToAssume)}`]),
  ]
  return fenced('yaml', lines)
}

function usesOf({ facts }: Report): string {
  const { repository, ref } = facts.workflow?.action ?? {}
  const uses = `${repository}@${ref}`
  return ACTION.test(uses) ? uses : PUBLISHED
}

function targetGroups(arns: readonly string[]): string[] {
  const [only = ''] = arns
  if (arns.length < 2) return [`    ${given('target-group-arns', only)}`]
  if (!arns.every(isHarmless)) return [`    ${given('target-group-arns', '')}`]
  return ['    target-group-arns: |', ...arns.map((arn) => `      ${arn}`)]
}

function given(input: string, value: string): string {
  if (!isHarmless(value)) return `# ${input}: as in the step that deployed (it cannot be shown safely here)`
  return `${input}: ${value.startsWith('arn:') ? value : `'${value}'`}`
}

/** Starts the rollback workflow of `examples/`; absent: not known in which repository, or not safe to paste. */
export function rollbackCommand({ facts }: Report): string | undefined {
  const address = runAddress(facts.workflow)
  if (address === undefined || !isHarmless(facts.rolloutId)) return undefined
  return fenced('sh', [
    `gh workflow run rollback.yml --repo ${named(address)} -f rollout-id=${facts.rolloutId}`,
  ])
}

/** Runs the same workflow run again. */
export function rerunCommand({ facts }: Report): string | undefined {
  const address = runAddress(facts.workflow)
  return address && fenced('sh', [`gh run rerun ${address.runId} --repo ${named(address)}`])
}

/** As `gh` wants it: with its host where that is not GitHub's own. */
function named({ server, repository }: RunAddress): string {
  const host = server.replace(/^https?:\/\//, '')
  return host === 'github.com' ? repository : `${host}/${repository}`
}

const fenced = (language: string, lines: readonly string[]): string =>
  [`\`\`\`${language}`, ...lines, '```'].join('\n')
