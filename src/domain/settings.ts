import type { CanaryLimits } from './canary-limits.ts'
import type { TrafficStep } from './traffic.ts'

/** What the user asked for, parsed. Times are milliseconds. */

/** In UTF-8: as much as the journal can write down of a version. */
export const LONGEST_VERSION_BYTES = 180

/** `2` or `25%`. */
export type Size = { readonly count: number } | { readonly percent: number }

export interface StatusRange {
  readonly from: number
  readonly to: number
}

/** The `smoke-*` inputs. */
export interface SmokeSettings {
  /** May hold `{version}`, `{id}`, `{ip}`, `{port}`; filled in with percent-encoded values. */
  readonly url: string
  readonly status: readonly StatusRange[]
  /** A text that the response body must contain; `{version}`, `{id}`, `{ip}`, `{port}` are filled in as they are. */
  readonly body?: string
}

/** `alarm-names` and `ignore-alarms-at-start`. */
export interface AlarmSettings {
  readonly names: readonly string[]
  /** Those that may be in ALARM when it begins. */
  readonly ignoredAtStart: readonly string[]
}

/** What a document is given, by the name of the parameter. */
export type SsmParameters = Readonly<Record<string, readonly string[]>>

/** `ssm-document` and `ssm-parameters`. */
export interface SsmSettings {
  /** Its name or ARN. */
  readonly document?: string
  readonly parameters: SsmParameters
}

export interface Settings {
  readonly mode: 'deploy' | 'rollback' | 'promote' | 'recover'
  readonly dryRun: boolean
  readonly strategy: 'in-place' | 'blue-green'
  /** Where to go; empty while a rollback has not found it out, and in a recovery. */
  readonly version: string
  /** rollback: the rollout to undo, or `latest`; promote, recover: the one that is expected. */
  readonly rolloutId?: string
  readonly previousVersion?: string
  /** In-place: where the servers are registered. Blue-green: the pair, in any order. */
  readonly targetGroupArns: readonly string[]
  /** Blue-green: listeners and rules whose weights are ours; absent: every one that forwards to either group. */
  readonly routeArns?: readonly string[]
  /** Blue-green: listeners that show green to testers; never changed. */
  readonly testListenerArns: readonly string[]
  /** Blue-green: rising shares; never empty. One that ends below the whole is a hold. */
  readonly traffic: readonly TrafficStep[]
  /** Blue-green: green's healthy servers before it may carry traffic, as a share of blue's. */
  readonly minGreen: Size
  /** Blue-green: after a change of weights, before anything relies on it. */
  readonly settleTimeMs: number
  /** At the end of the way forward, while the gates go on checking. */
  readonly bakeTimeMs: number
  /** Sizes of the batches in turn; the last one repeats. Never empty. */
  readonly batchSizes: readonly Size[]
  readonly minHealthy: Size
  readonly maxFailures: Size
  readonly updateCommand?: string
  /** Updates by Run Command instead. */
  readonly ssm?: SsmSettings
  readonly alarms?: AlarmSettings
  readonly canary?: CanaryLimits
  readonly workingDirectory: string
  /** Commands at once; absent: the whole batch. */
  readonly updateConcurrency?: number
  readonly updateTimeoutMs: number
  readonly drainedCommand?: string
  /** What the servers themselves are asked for, by Run Command, while they drain. */
  readonly drainedCheck?: 'connections'
  readonly healthTimeoutMs: number
  /** Absent: `auto`, one check interval and its timeout. */
  readonly healthyForMs?: number
  readonly smoke?: SmokeSettings
  readonly onFailure: 'rollback' | 'freeze'
  /** What becomes of Auto Scaling groups whose servers are updated. */
  readonly autoScaling: 'suspend' | 'ignore'
  /** Of the way forward; absent: none. */
  readonly timeoutMs?: number
  /** ARN of the IAM role whose credentials are fetched with GitHub's OIDC token; absent: those of the environment. */
  readonly roleToAssume?: string
  readonly region: string
  /** Of the job; reads whether other workflow runs are over. */
  readonly githubToken?: string
}

/** Whether servers are updated by us; else they must have been by others. */
export const updatesServers = ({ updateCommand, ssm }: Settings): boolean =>
  updateCommand !== undefined || ssm !== undefined

/** With one of these in the URL the check is made for each server, before it goes back in. */
export function isPerServer(smoke: SmokeSettings): boolean {
  return /\{(id|ip|port)\}/.test(smoke.url)
}

/** True when only a service that runs the new version everywhere can pass. */
export function dependsOnVersion(smoke: SmokeSettings): boolean {
  return `${smoke.url} ${smoke.body ?? ''}`.includes('{version}')
}

/** Whether the smoke test needs the address of each server. */
export const asksForAddress = ({ smoke }: Settings): boolean =>
  `${smoke?.url} ${smoke?.body}`.includes('{ip}')

/** Rounded down: a batch of 50% of 5 is 2. */
export function sizeDown(size: Size, of: number): number {
  return 'count' in size ? size.count : Math.floor((size.percent * of) / 100)
}

/** Rounded up: a floor of 50% of 5 is 3. */
export function sizeUp(size: Size, of: number): number {
  return 'count' in size ? size.count : Math.ceil((size.percent * of) / 100)
}

export function showSize(size: Size): string {
  return 'count' in size ? `${size.count}` : `${size.percent}%`
}
