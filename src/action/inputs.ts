import { resolve } from 'node:path'
import { type CanaryLimits, leastHoldMs, PUBLICATION_MS } from '../domain/canary-limits.ts'
import type { AlarmSettings, Settings, SmokeSettings, SsmSettings } from '../domain/settings.ts'
import { contradictions, type Reading } from './input-rules.ts'
import { INPUTS, type Input, type InputName, type Values } from './input-table.ts'
import { problemWith } from './parse.ts'

/** Reads an input's text; one that is not given is empty. */
export type ReadInput = (name: string) => string

export interface InputEnvironment {
  /** Absolute path of the checkout. */
  readonly workspace: string
}

/** The inputs as settings, or everything that is wrong with them, each problem a sentence. */
export function readInputs(
  read: ReadInput,
  environment: InputEnvironment,
): { readonly settings: Settings } | { readonly problems: readonly string[] } {
  const { problems, ...reading } = readAll(read)
  const all = [...problems, ...contradictions(reading)]
  if (all.length > 0) return { problems: all }
  return { settings: settingsFrom(reading.values as Values, environment) }
}

function readAll(read: ReadInput): Reading & { readonly problems: readonly string[] } {
  const texts: Partial<Record<InputName, string>> = {}
  const values: Partial<Record<InputName, unknown>> = {}
  const problems: string[] = []
  for (const [name, input] of Object.entries(INPUTS) as [InputName, Input<unknown>][]) {
    const text = read(name).trim() || (input.default ?? '')
    texts[name] = text
    if (text === '') {
      if (input.required !== undefined) problems.push(problemWith(name, text, { accepted: input.required }))
      continue
    }
    const parsed = input.parse(text)
    if ('value' in parsed) values[name] = parsed.value
    else problems.push(problemWith(name, text, parsed))
  }
  return { texts: texts as Reading['texts'], values: values as Partial<Values>, problems }
}

function settingsFrom(values: Values, { workspace }: InputEnvironment): Settings {
  const { arns, region } = values['target-group-arns']
  return {
    mode: values.mode,
    dryRun: values['dry-run'],
    // The other modes know both from the journal.
    strategy: values.strategy ?? 'in-place',
    version: values.version ?? '',
    ...optional('rolloutId', rolloutMeant(values)),
    ...optional('previousVersion', values['previous-version']),
    targetGroupArns: arns,
    ...optional('routeArns', values['route-arns']?.arns),
    testListenerArns: values['test-listener-arns']?.arns ?? [],
    traffic: values.traffic,
    minGreen: values['min-green'],
    settleTimeMs: values['settle-time'],
    bakeTimeMs: values['bake-time'] ?? usualBakeMs(values),
    batchSizes: values['batch-size'],
    minHealthy: values['min-healthy'],
    maxFailures: values['max-failures'],
    ...optional('updateCommand', values['update-command']),
    ...optional('ssm', ssmFrom(values)),
    ...optional('alarms', alarmsFrom(values)),
    ...optional('canary', canaryFrom(values)),
    workingDirectory: resolve(workspace, values['working-directory'] ?? ''),
    ...optional('updateConcurrency', concurrencyFrom(values)),
    updateTimeoutMs: values['update-timeout'],
    ...optional('drainedCommand', values['drained-command']),
    ...optional('drainedCheck', values['drained-check'] === 'none' ? undefined : values['drained-check']),
    healthTimeoutMs: values['health-timeout'],
    ...optional('healthyForMs', values['healthy-for']),
    ...optional('smoke', smokeFrom(values)),
    onFailure: values['on-failure'],
    autoScaling: values['auto-scaling'],
    ...optional('timeoutMs', values.timeout),
    ...optional('roleToAssume', values['role-to-assume']),
    region,
    ...optional('githubToken', values['github-token']),
  }
}

const USUAL_BAKE_MS = 60_000

/**
 * Each server of an in-place rollout has been seen to stay healthy: without alarms nothing would use the time. Where
 * metrics judge, all of the traffic stays until they can.
 */
function usualBakeMs(values: Values): number {
  const { mode, strategy, 'alarm-names': alarms } = values
  if (canaryFrom(values) !== undefined) return leastHoldMs(PUBLICATION_MS)
  return mode === 'deploy' && strategy === 'in-place' && alarms === undefined ? 0 : USUAL_BAKE_MS
}

/** To a promotion and a recovery the latest is whatever they find, as without an id. */
function rolloutMeant({ mode, 'rollout-id': id }: Values): string | undefined {
  const findsIt = mode === 'promote' || mode === 'recover'
  return findsIt && id === 'latest' ? undefined : id
}

/** Of processes on the runner; the fan-out of Run Command is AWS's. */
const MOST_AT_ONCE = 50

function concurrencyFrom(values: Values): number | undefined {
  const { 'update-concurrency': given, 'update-command': command } = values
  if (typeof given === 'number') return given
  return given === 'auto' && command !== undefined ? MOST_AT_ONCE : undefined
}

function ssmFrom(values: Values): SsmSettings | undefined {
  const { 'ssm-document': document, 'ssm-parameters': parameters } = values
  if (document === undefined && parameters === undefined) return undefined
  return { ...optional('document', document), parameters: parameters ?? {} }
}

function alarmsFrom(values: Values): AlarmSettings | undefined {
  const { 'alarm-names': alarms, 'ignore-alarms-at-start': ignoredAtStart = [] } = values
  return alarms === undefined ? undefined : { names: alarms, ignoredAtStart }
}

function canaryFrom(values: Values): CanaryLimits | undefined {
  const { 'max-error-rate': errors, 'max-latency': latency, 'min-requests': minRequests } = values
  if (errors === undefined && latency === undefined) return undefined
  return { ...optional('errors', errors), ...optional('latency', latency), minRequests }
}

function smokeFrom(values: Values): SmokeSettings | undefined {
  const url = values['smoke-url']
  if (url === undefined) return undefined
  return { url, status: values['smoke-status'], ...optional('body', values['smoke-body']) }
}

const optional = <K extends string, V>(key: K, value: V | undefined): { readonly [_ in K]?: V } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [_ in K]?: V }
