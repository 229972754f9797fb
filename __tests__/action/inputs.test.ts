import { describe, expect, test } from '@jest/globals'
import { INPUTS, type Input, type InputName } from '../../src/action/input-table.ts'
import * as given from './inputs-given.ts'
import { ARN, action, BLUE_GREEN, type Given, IN_PLACE, outcomeOf, presetOf } from './inputs-given.ts'

const settingsOf = (inputs: Given) => given.settingsOf({ ...IN_PLACE, ...inputs })
const problemsOf = (inputs: Given) => given.problemsOf({ ...IN_PLACE, ...inputs })

describe('action.yml', () => {
  const table = Object.entries(INPUTS) as [InputName, Input<unknown>][]
  test('has the inputs of the table', () => {
    expect(Object.keys(action.inputs)).toEqual(Object.keys(INPUTS))
  })
  test.each(table)('has the default of %s, as text', (name, input) => {
    expect(presetOf(name)).toBe(input.default)
  })
  test.each(table)('says whether %s must be given', (name, input) => {
    expect(action.inputs[name]?.required ?? false).toBe(input.required !== undefined)
  })
  test.each(table)('describes %s', (name) => {
    expect(action.inputs[name]?.description.length).toBeGreaterThan(15)
  })
})

describe('settings', () => {
  test('from what must be given and the defaults', () => {
    expect(settingsOf({})).toStrictEqual({
      mode: 'deploy',
      dryRun: false,
      strategy: 'in-place',
      version: '1.0.2',
      previousVersion: '1.0.1',
      targetGroupArns: [ARN],
      testListenerArns: [],
      traffic: [{ share: 1000 }],
      minGreen: { percent: 100 },
      settleTimeMs: 30_000,
      bakeTimeMs: 0,
      batchSizes: [{ percent: 50 }],
      minHealthy: { percent: 50 },
      maxFailures: { count: 0 },
      updateCommand: './update.sh',
      workingDirectory: '/home/runner/app',
      updateConcurrency: 50,
      updateTimeoutMs: 600_000,
      healthTimeoutMs: 600_000,
      onFailure: 'rollback',
      autoScaling: 'suspend',
      region: 'eu-west-1',
    })
  })
  test('an input given as an empty text has its default', () => {
    const blank = Object.fromEntries(Object.keys(INPUTS).map((name) => [name, ' '])) as Given
    expect(settingsOf({ ...blank, ...IN_PLACE })).toStrictEqual(settingsOf({}))
  })
  test('from everything', () => {
    const everything: Given = {
      'dry-run': 'true',
      'batch-size': '1, 50%',
      'min-healthy': '0',
      'max-failures': '2%',
      'working-directory': 'deploy',
      'update-concurrency': '4',
      'update-timeout': '90s',
      'drained-command': './drained.sh',
      'health-timeout': '5m',
      'healthy-for': '30s',
      'smoke-url': 'http://{id}/health',
      'smoke-status': '200',
      'smoke-body': '{version}',
      'on-failure': 'freeze',
      'auto-scaling': 'ignore',
      timeout: '1h',
      'role-to-assume': 'arn:aws-cn:iam::123456789012:role/ci/deploy',
      'aws-region': 'eu-west-1',
    }
    expect(settingsOf(everything)).toMatchObject({
      dryRun: true,
      batchSizes: [{ count: 1 }, { percent: 50 }],
      minHealthy: { count: 0 },
      maxFailures: { percent: 2 },
      workingDirectory: '/home/runner/app/deploy',
      updateConcurrency: 4,
      updateTimeoutMs: 90_000,
      drainedCommand: './drained.sh',
      healthTimeoutMs: 300_000,
      healthyForMs: 30_000,
      smoke: { url: 'http://{id}/health', status: [{ from: 200, to: 200 }], body: '{version}' },
      onFailure: 'freeze',
      autoScaling: 'ignore',
      timeoutMs: 3_600_000,
      roleToAssume: 'arn:aws-cn:iam::123456789012:role/ci/deploy',
    })
  })
  test('an absolute working directory is left as it is', () => {
    expect(settingsOf({ 'working-directory': '/srv/app' }).workingDirectory).toBe('/srv/app')
  })
  test('with freeze there need be no previous version', () => {
    expect(settingsOf({ 'on-failure': 'freeze', 'previous-version': '' })).not.toHaveProperty(
      'previousVersion',
    )
  })
  test.each(['$(reboot)', '`id`', "'; exit 0; '", '::error::x', '1\n2', '‮2.0.1', '--help', '{id}'])(
    'version %j is taken as it is',
    (version) => expect(settingsOf({ version }).version).toBe(version),
  )
  test('the default of smoke-status may be given', () => {
    expect(settingsOf({ 'smoke-status': '200-399' })).not.toHaveProperty('smoke')
  })
})

const OF_BLUE_GREEN: readonly InputName[] = [
  'route-arns',
  'test-listener-arns',
  'min-green',
  'traffic',
  'settle-time',
  'bake-time',
  'max-error-rate',
  'max-latency',
]

describe('a value that is wrong by itself', () => {
  const bad: [InputName, string, RegExp][] = [
    ['mode', 'undo', /^mode is "undo": give deploy or rollback or promote or recover$/],
    ['rollout-id', 'last one', /^rollout-id is "last one": give the id of a rollout .*or latest$/],
    ['dry-run', 'yes', /^dry-run is "yes": give true or false$/],
    ['strategy', 'canary', /^strategy is "canary": give in-place or blue-green$/],
    ['strategy', '', /^strategy is empty: give in-place or blue-green$/],
    ['version', '', /^version is empty: .*masked value/],
    ['version', 'a\0b', /^version is "a\\u0000b": .*NUL/],
    ['version', 'x'.repeat(181), /^version is "x{100}…": .*180 bytes; this one has 181$/],
    ['previous-version', 'a\0', /^previous-version is "a\\u0000": .*NUL/],
    ['target-group-arns', '', /^target-group-arns is empty: .*masked value/],
    ['target-group-arns', 'web', /^target-group-arns is "web": give target groups' ARNs \(arn:/],
    [
      'target-group-arns',
      `${ARN}\n${ARN}`,
      /^target-group-arns has "targetgroup\/web\/\w+": give each target group once$/,
    ],
    ['route-arns', 'web', /^route-arns is "web": give listeners' or rules' ARNs \(arn:/],
    ['test-listener-arns', given.RULE, /^test-listener-arns is "arn:.*": .*; this is the ARN of a rule$/],
    ['batch-size', '0%', /^batch-size is "0%": give a number of servers \(2\), a share \(25%\), or a list/],
    ['min-healthy', 'most', /^min-healthy is "most": give a number of servers \(2\) or a share \(25%\)$/],
    ['min-green', '0%', /^min-green is "0%": give a number of servers \(2\) or a share \(25%\)$/],
    ['min-green', '0', /^min-green is "0": give a number of servers/],
    ['max-failures', '-1', /^max-failures is "-1": give a number of servers/],
    ['update-command', 'true\0', /^update-command is "true\\u0000": .*NUL/],
    ['update-command', '', /^update-command is empty: give the bash script/],
    ['ssm-document', 'x'.repeat(501), /^ssm-document is "x+…": give a text of at most 500 bytes/],
    ['ssm-parameters', 'ls', /^ssm-parameters is "ls": give a JSON object/],
    ['alarm-names', ',', /^alarm-names is ",": give names, by newline or comma$/],
    [
      'ignore-alarms-at-start',
      'web 5xx',
      /^ignore-alarms-at-start has "web 5xx", which is not in alarm-names, which is empty/,
    ],
    ['max-error-rate', '0.5x', /^max-error-rate is "0.5x": give a share of green's requests/],
    ['max-latency', '500ms', /^max-latency is "500ms": give a percentile and a time \(p99 500ms, p95 2s\)$/],
    ['min-requests', '0', /^min-requests is "0": give a whole number from 1/],
    ['working-directory', 'a\0', /^working-directory is "a\\u0000": .*NUL/],
    ['update-concurrency', '0', /^update-concurrency is "0": give a whole number from 1 .*, or batch$/],
    ['update-timeout', '0s', /^update-timeout is "0s": give a duration .* at least 1s$/],
    ['drained-command', '\0', /^drained-command is "\\u0000": .*NUL/],
    ['drained-check', 'true', /^drained-check is "true": .*none.*connections/],
    ['health-timeout', '10', /^health-timeout is "10": give a duration .*\(90s, 5m, 1h30m\)$/],
    ['healthy-for', 'never', /^healthy-for is "never": give a duration .*, or auto$/],
    ['traffic', '0%', /^traffic is "0%": give rising shares of the traffic/],
    ['settle-time', '30', /^settle-time is "30": give a duration/],
    ['bake-time', 'long', /^bake-time is "long": give a duration/],
    ['smoke-url', 'localhost:80/x', /^smoke-url is "localhost:80\/x": give an http or https URL/],
    ['smoke-url', 'http://{host}/', /^smoke-url has "\{host\}": .*\{version\}, \{id\}, \{ip\} and \{port\}$/],
    ['smoke-status', 'ok', /^smoke-status is "ok": give HTTP statuses \(200\), ranges/],
    ['smoke-body', '\0', /^smoke-body is "\\u0000": .*NUL/],
    ['on-failure', 'ignore', /^on-failure is "ignore": give rollback or freeze$/],
    ['auto-scaling', 'true', /^auto-scaling is "true": give suspend or ignore$/],
    ['timeout', '1.5h', /^timeout is "1.5h": give a duration/],
    [
      'role-to-assume',
      'deploy',
      /^role-to-assume is "deploy": give an IAM role's ARN \(arn:aws:iam::\d+:role\/deploy\)$/,
    ],
    ['role-to-assume', 'arn:aws:iam::123456789012:user/me', /^role-to-assume is "arn:.*": give an IAM role/],
    ['aws-region', 'Ireland', /^aws-region is "Ireland": give a region \(eu-west-1\)$/],
    [
      'deployment-environment',
      'a\nb',
      /^deployment-environment is "a\\nb": give the name of a GitHub environ/,
    ],
    ['deployment-environment', 'a'.repeat(256), /^deployment-environment is .*at most 255 characters$/],
    [
      'environment-url',
      'www.example.com',
      /^environment-url is "www.example.com": give an http or https URL/,
    ],
    [
      'environment-url',
      'https://me:secret@www.example.com',
      /^environment-url has "www.example.com": give a URL without user and password: it is shown on GitHub$/,
    ],
    ['github-token', 'a\0b', /^github-token is "a\\u0000b": .*NUL/],
  ]
  test.each(bad)('%s: %j', (name, value, message) => {
    const url: Given = name.startsWith('smoke-') ? { 'smoke-url': 'http://x/' } : {}
    const inputs = OF_BLUE_GREEN.includes(name) ? BLUE_GREEN : IN_PLACE
    const place: Given = name === 'environment-url' ? { 'deployment-environment': 'production' } : {}
    expect(given.problemsOf({ ...inputs, ...url, ...place, [name]: value })).toEqual([
      expect.stringMatching(message),
    ])
  })
  test('every input is in this list', () => {
    expect(new Set(bad.map(([name]) => name))).toEqual(new Set(Object.keys(INPUTS)))
  })
})

describe('values that contradict each other', () => {
  test.each<[string, Given, RegExp]>([
    [
      'a rollback of nobody knows what',
      { mode: 'rollback' },
      /^rollout-id is empty: give the id of the rollout to undo, or latest .*masked value/,
    ],
    [
      'the version that runs already',
      { 'previous-version': '1.0.2' },
      /^previous-version is "1.0.2", and so is version/,
    ],
    [
      'two ways to see that a server has drained',
      { 'drained-command': 'true', 'drained-check': 'connections' },
      /^drained-command and drained-check are two ways .*: give one of them$/,
    ],
    ['a status of nothing', { 'smoke-status': '200' }, /^smoke-status is "200", but smoke-url is empty/],
    [
      'an address of no environment',
      { 'environment-url': 'https://www.example.com' },
      /^environment-url is "https.*", but deployment-environment is empty: give the environment/,
    ],
    ['a body of nothing', { 'smoke-body': 'ok' }, /^smoke-body is "ok", but smoke-url is empty/],
    [
      'a body of no server',
      { 'smoke-url': 'http://x/', 'smoke-body': '{id}' },
      /^smoke-body has "\{id\}", but smoke-url/,
    ],
    [
      'another region',
      { 'aws-region': 'us-east-1' },
      /^aws-region is "us-east-1", but the target groups are in eu-west-1/,
    ],
  ])('%s', (_, given, message) => {
    expect(problemsOf(given)).toEqual([expect.stringMatching(message)])
  })
})

test('all problems come at once', () => {
  const result = outcomeOf({
    mode: 'x',
    'batch-size': '2,1',
    'smoke-body': 'ok',
    'update-timeout': '10',
    'aws-region': 'eu-west-1',
  })
  const problems = 'problems' in result ? result.problems : []
  expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
    'mode',
    'target-group-arns',
    'batch-size',
    'update-timeout',
    'strategy',
    'version',
    'smoke-body',
  ])
})

test('no input alone can throw', () => {
  for (const name of Object.keys(INPUTS)) {
    for (const value of [
      '\ud800',
      '\0',
      '%',
      '{',
      '[',
      '::',
      'constructor',
      '__proto__',
      'x'.repeat(200_000),
    ]) {
      expect(() => outcomeOf({ ...IN_PLACE, [name]: value })).not.toThrow()
    }
  }
})

describe('bake-time', () => {
  const bakeOf = (given: Record<string, string>) => settingsOf(given).bakeTimeMs

  test('is a minute where something watches, and none for an in-place rollout without alarms', () => {
    expect(bakeOf({})).toBe(0)
    expect(bakeOf({ 'alarm-names': 'web 5xx' })).toBe(60_000)
    expect(bakeOf({ 'bake-time': '5m' })).toBe(300_000)
    expect(bakeOf({ 'alarm-names': 'web 5xx', 'bake-time': '0s' })).toBe(0)
  })
})
