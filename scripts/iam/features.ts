/**
 * What the action needs to be allowed, for each thing that it can do: the one place to say it. Every command of the AWS
 * SDK that `src` uses must stand here, and nothing else may: `scripts/iam-policy.ts` compares them.
 *
 * Which actions can be limited to which resources is in AWS's service authorization reference:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */

/** The prefix of a service's permissions, by the package of its client, `@aws-sdk/client-…`. */
export const PREFIXES: Readonly<Record<string, string>> = {
  'auto-scaling': 'autoscaling',
  cloudwatch: 'cloudwatch',
  ec2: 'ec2',
  'elastic-load-balancing-v2': 'elasticloadbalancing',
  ssm: 'ssm',
  sts: 'sts',
}

const ELBV2 = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012'

/** What a statement is about. The names in the ARNs are to be replaced by the user's. */
export const RESOURCES = {
  /** IAM knows no narrower one, or, for DescribeAlarms, answers no composite alarms to one that is narrower. */
  any: ['*'],
  targetGroups: [`${ELBV2}:targetgroup/web/*`],
  routes: [`${ELBV2}:listener/app/web/*`, `${ELBV2}:listener-rule/app/web/*`],
  autoScalingGroups: [
    'arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:*:autoScalingGroupName/web',
  ],
  /** Both are asked for: the document that is run, and each server that it is run on. */
  documentAndServers: [
    'arn:aws:ssm:eu-west-1::document/AWS-RunShellScript',
    'arn:aws:ec2:eu-west-1:123456789012:instance/*',
  ],
  /** The role says itself who may assume it, in its trust policy: nobody's own policy needs to. */
  trust: [],
} as const

export type Resource = keyof typeof RESOURCES

/** A command: what it is about; with `action`, the permission that it needs where that has another name. */
export type Call = Resource | { readonly on: Resource; readonly action: string }

export interface Feature {
  /** As docs/iam.md shows it. */
  readonly title: string
  /** Inputs that bring it in; none: it is always there. */
  readonly inputs: readonly string[]
  /** Files and folders that make the calls. */
  readonly files: readonly string[]
  /** By client and command, without its `Command`. */
  readonly calls: Readonly<Record<string, Readonly<Record<string, Call>>>>
}

export const FEATURES = {
  rollout: {
    title: 'every rollout',
    inputs: [],
    files: ['src/elbv2/load-balancer.ts', 'src/elbv2/tags.ts'],
    calls: {
      'elastic-load-balancing-v2': {
        DescribeLoadBalancers: 'any',
        DescribeTags: 'any',
        DescribeTargetGroupAttributes: 'any',
        DescribeTargetGroups: 'any',
        DescribeTargetHealth: 'any',
        AddTags: 'targetGroups',
        RemoveTags: 'targetGroups',
      },
    },
  },
  'in-place': {
    title: '`in-place`',
    inputs: ['strategy'],
    files: ['src/elbv2/load-balancer.ts'],
    calls: {
      'elastic-load-balancing-v2': { DeregisterTargets: 'targetGroups', RegisterTargets: 'targetGroups' },
    },
  },
  network: {
    title: 'network load balancers',
    inputs: [],
    files: ['src/elbv2/load-balancer.ts'],
    calls: { 'elastic-load-balancing-v2': { DescribeLoadBalancerAttributes: 'any' } },
  },
  instances: {
    title: 'zones and addresses of instances',
    inputs: [],
    files: ['src/ec2/'],
    calls: { ec2: { DescribeInstances: 'any' } },
  },
  'auto-scaling': {
    title: 'servers of Auto Scaling groups',
    inputs: ['auto-scaling'],
    files: ['src/auto-scaling/'],
    calls: {
      'auto-scaling': {
        DescribeAutoScalingGroups: 'any',
        DescribeAutoScalingInstances: 'any',
        DescribeInstanceRefreshes: 'any',
        ResumeProcesses: 'autoScalingGroups',
        SuspendProcesses: 'autoScalingGroups',
      },
    },
  },
  'blue-green': {
    title: '`blue-green`',
    inputs: ['strategy'],
    files: ['src/elbv2/routing.ts'],
    calls: {
      'elastic-load-balancing-v2': {
        DescribeListeners: 'any',
        DescribeRules: 'any',
        ModifyListener: 'routes',
        ModifyRule: 'routes',
      },
    },
  },
  'run-command': {
    title: 'Run Command',
    inputs: ['ssm-document', 'ssm-parameters', 'drained-check'],
    files: ['src/updaters/'],
    calls: {
      ssm: {
        CancelCommand: 'any',
        DescribeInstanceInformation: 'any',
        GetCommandInvocation: 'any',
        ListCommandInvocations: 'any',
        ListCommands: 'any',
        SendCommand: 'documentAndServers',
      },
    },
  },
  alarms: {
    title: 'alarms',
    inputs: ['alarm-names'],
    files: ['src/gates/'],
    calls: { cloudwatch: { DescribeAlarms: 'any' } },
  },
  metrics: {
    title: 'metrics',
    inputs: ['max-error-rate', 'max-latency'],
    files: ['src/gates/'],
    calls: { cloudwatch: { GetMetricData: 'any' } },
  },
  'role-to-assume': {
    title: 'credentials that are renewed',
    inputs: ['role-to-assume'],
    files: ['src/credentials/'],
    calls: { sts: { AssumeRoleWithWebIdentity: 'trust' } },
  },
} as const satisfies Readonly<Record<string, Feature>>

export type FeatureName = keyof typeof FEATURES

/** The policies that docs/iam.md shows, each with the features that it is for. */
export const POLICIES: Readonly<Record<string, readonly FeatureName[]>> = {
  'in-place': ['rollout', 'in-place'],
  'blue-green': ['rollout', 'blue-green'],
  instances: ['instances'],
  network: ['network'],
  'auto-scaling': ['auto-scaling'],
  'run-command': ['run-command'],
  alarms: ['alarms'],
  metrics: ['metrics'],
}
