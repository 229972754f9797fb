import { LONGEST_VERSION_BYTES } from '../domain/settings.ts'
import { boolean, count, duration, oneOf, or, type Parser, text, unless } from './parse.ts'
import { listenerArns, routeArns, targetGroupArns } from './parse-arns.ts'
import { environmentName, environmentUrl } from './parse-deployment.ts'
import { documentParameters, errorLimit, latencyLimit, names } from './parse-outside.ts'
import { size, sizes } from './parse-sizes.ts'
import { smokeUrl, statusRanges } from './parse-smoke.ts'
import { traffic } from './parse-traffic.ts'

/** How one input of action.yml is read. One that has neither a default nor `required` may be left out. */
export interface Input<T> {
  readonly parse: Parser<T>
  /** As in action.yml; also taken when the workflow gives an empty text. */
  readonly default?: string
  /** What to do when it is empty. */
  readonly required?: string
}

export const DROPPED =
  'if it comes from an output of another job, GitHub drops an output that contains a masked value (such as an account id)'

const region: Parser<string> = (name) =>
  /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(name) ? { value: name } : { accepted: 'give a region (eu-west-1)' }

const version = text({ most: LONGEST_VERSION_BYTES })

const rolloutId: Parser<string> = (id) =>
  /^(latest|\d{8}T\d{6}Z-[\w-]{1,36})$/.test(id)
    ? { value: id }
    : { accepted: 'give the id of a rollout (its output rollout-id), or latest' }
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns */
const roleArn: Parser<string> = (arn) =>
  /^arn:aws[a-z-]*:iam::\d{12}:role\/(?=.{1,512}$)([!-~]+\/)?[\w+=,.@-]{1,64}$/.test(arn)
    ? { value: arn }
    : { accepted: "give an IAM role's ARN (arn:aws:iam::123456789012:role/deploy)" }

const script = text({ most: 100_000 })
const atLeastASecond = duration({ least: 1_000 })

export const INPUTS = {
  mode: { parse: oneOf('deploy', 'rollback', 'promote', 'recover'), default: 'deploy' },
  'dry-run': { parse: boolean, default: 'false' },
  strategy: { parse: oneOf('in-place', 'blue-green') },
  version: { parse: version },
  'previous-version': { parse: version },
  'target-group-arns': {
    parse: targetGroupArns,
    required: `give the ARNs of the target groups in which the servers are registered; ${DROPPED}`,
  },
  'route-arns': { parse: routeArns },
  'test-listener-arns': { parse: listenerArns },
  'rollout-id': { parse: rolloutId },
  'batch-size': { parse: sizes({ least: 1 }), default: '50%' },
  'min-healthy': { parse: size({ least: 0 }), default: '50%' },
  'min-green': { parse: size({ least: 1 }), default: '100%' },
  'max-failures': { parse: size({ least: 0 }), default: '0' },
  'update-command': { parse: script },
  'ssm-document': { parse: text({ most: 500 }) },
  'ssm-parameters': { parse: documentParameters },
  'working-directory': { parse: text({ most: 4_000 }) },
  'update-concurrency': { parse: or('batch', or('auto', count({ least: 1 }))), default: 'auto' },
  'update-timeout': { parse: atLeastASecond, default: '10m' },
  'drained-command': { parse: script },
  'drained-check': { parse: oneOf('none', 'connections'), default: 'none' },
  'health-timeout': { parse: atLeastASecond, default: '10m' },
  'healthy-for': { parse: unless('auto', duration()), default: 'auto' },
  traffic: { parse: traffic, default: '100%' },
  'settle-time': { parse: duration(), default: '30s' },
  'bake-time': { parse: unless('auto', duration()), default: 'auto' },
  'smoke-url': { parse: smokeUrl },
  'smoke-status': { parse: statusRanges, default: '200-399' },
  'smoke-body': { parse: text({ most: 10_000 }) },
  'alarm-names': { parse: names },
  'ignore-alarms-at-start': { parse: names },
  'max-error-rate': { parse: errorLimit },
  'max-latency': { parse: latencyLimit },
  'min-requests': { parse: count({ least: 1 }), default: '100' },
  'on-failure': { parse: oneOf('rollback', 'freeze'), default: 'rollback' },
  'auto-scaling': { parse: oneOf('suspend', 'ignore'), default: 'suspend' },
  timeout: { parse: atLeastASecond },
  'role-to-assume': { parse: roleArn },
  'aws-region': { parse: region },
  'deployment-environment': { parse: environmentName },
  'environment-url': { parse: environmentUrl },
  'github-token': { parse: text({ most: 10_000 }) },
} as const satisfies Record<string, Input<unknown>>

export type InputName = keyof typeof INPUTS

type ValueOf<I> = I extends { readonly parse: Parser<infer T> } ? T : never
type AlwaysThere = { readonly default: string } | { readonly required: string }

/** What the inputs mean. */
export type Values = {
  readonly [N in InputName]: (typeof INPUTS)[N] extends AlwaysThere
    ? ValueOf<(typeof INPUTS)[N]>
    : ValueOf<(typeof INPUTS)[N]> | undefined
}
