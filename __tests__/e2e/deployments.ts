import { expect, test } from '@jest/globals'
import { NEW, OLD } from '../../demo/rehearsal.ts'
import type { ActionRun, RunOptions, RunResult } from '../../demo/runner.ts'
import { RunnerLog } from '../action/runner-log.ts'
import { BundlePlace } from '../support/bundle-place.ts'
import { type Fault, type GitHub, openGitHub } from '../support/github/server.ts'
import { problemsIn } from '../support/report-schema.ts'
import { PATIENCE_MS } from './expected.ts'

const TOKEN = 'ghs_t0ken'
const RUN = 'https://github.com/octo-org/web/actions/runs/1234567890'
const RECORDED = {
  ...{ version: NEW, 'previous-version': OLD, 'deployment-environment': 'production' },
  ...{ 'environment-url': 'https://www.example.com', 'github-token': TOKEN },
}
const OPERATOR = { strategy: '', version: '', 'previous-version': '' }

type Inputs = Readonly<Record<string, string>>
type Step = (inputs: Inputs, options?: Omit<RunOptions, 'inputs' | 'apiUrl'>) => ActionRun
type Place = { readonly run: Step; readonly github: GitHub; readonly badUrl: string }

/** Steps whose token is one of GitHub's. */
async function withGitHub(perform: (place: Place) => Promise<void>): Promise<void> {
  const [github, place] = await Promise.all([openGitHub(), BundlePlace.open()])
  const run: Step = (inputs, { environment, ...options } = {}) =>
    place.run(
      { ...RECORDED, ...inputs },
      { ...options, environment: { ...github.environment, ...environment } },
    )
  try {
    await perform({ run, github, badUrl: place.badUrl })
  } finally {
    await Promise.all([github.close(), place.close()])
  }
}

/** Runs main until it says this. */
async function reached(run: Step, inputs: Inputs, moment: RegExp): Promise<ActionRun> {
  let there = () => {}
  const isThere = new Promise<void>((resolve) => {
    there = resolve
  })
  const main = run(inputs, { onLine: (line) => moment.test(line) && there() })
  await isThere
  return main
}

/** `1.0.2: in_progress, success`; the same state again is not told. */
const stories = ({ deployments }: GitHub): string[] =>
  deployments.map(({ payload, statuses }) => {
    const states = statuses.map(({ state }) => state)
    return `${payload.version}: ${states.filter((state, at) => state !== states[at - 1]).join(', ')}`
  })

/** Of one step, by level. */
function annotationsIn({ stdout }: RunResult): Record<'notice' | 'warning' | 'error', string[]> {
  const { commands } = RunnerLog.of(stdout)
  const of = (level: string) => commands.filter(({ name }) => name === level).map(({ data }) => data)
  return { notice: of('notice'), warning: of('warning'), error: of('error') }
}

const one = (level: 'notice' | 'error', message: RegExp) => ({
  ...{ notice: [], error: [], warning: [] },
  [level]: [expect.stringMatching(message)],
})

test.concurrent(
  'a rollout is a deployment to its environment; when it is rolled back the one before serves again',
  () =>
    withGitHub(async ({ run, github }) => {
      await run({ version: OLD, 'previous-version': '1.0.0' }).ended
      const deployed = await run({}).ended
      expect(annotationsIn(deployed)).toEqual(one('notice', /^succeeded: 1\.0\.2 /))
      expect(problemsIn(deployed.report)).toEqual([])
      expect(stories(github)).toEqual([
        '1.0.1: in_progress, success, inactive',
        '1.0.2: in_progress, success',
      ])

      const rolloutId = deployed.outputs['rollout-id'] ?? ''
      const environment = { GITHUB_RUN_ID: '9999' }
      const undo = { ...OPERATOR, mode: 'rollback', 'rollout-id': rolloutId }
      const undone = await run(undo, { environment }).ended
      expect(annotationsIn(undone)).toEqual(one('notice', /^succeeded: /))
      expect(problemsIn(undone.report)).toEqual([])
      expect(stories(github)).toEqual([
        '1.0.1: in_progress, success, inactive, success',
        '1.0.2: in_progress, success, in_progress, inactive',
      ])
      const [, deployment] = github.deployments
      expect(deployment).toMatchObject({
        ...{ task: 'deploy:elb', environment: 'production' },
        ...{ ref: '5f3a1c09d2b74e86a1f0c3d5e7b9a2468ace0135', auto_merge: false, required_contexts: [] },
        payload: { rolloutId, version: NEW, previousVersion: OLD, strategy: 'blue-green' },
      })
      expect(deployment?.payload.targetGroups).toEqual(['blue', 'green'])
      expect(deployment?.statuses[0]).toMatchObject({
        log_url: RUN,
        environment_url: 'https://www.example.com',
      })
      expect(deployment?.statuses.at(-1)).toMatchObject({ log_url: RUN.replace(/\d+$/, '9999') })
      expect(github.violations).toEqual([])
      expect(JSON.stringify(github.calls)).not.toMatch(/arn:aws|123456789012/)
    }),
  PATIENCE_MS,
)

test.concurrent(
  'one that fails and goes back is a deployment that failed, and the one before still serves',
  () =>
    withGitHub(async ({ run, github, badUrl }) => {
      await run({ version: OLD, 'previous-version': '1.0.0' }).ended
      const failed = await run({ 'smoke-url': badUrl, 'bake-time': '1s' }).ended
      expect(annotationsIn(failed)).toEqual(one('error', /^rolled-back: /))
      expect(problemsIn(failed.report)).toEqual([])
      expect(stories(github)).toEqual(['1.0.1: in_progress, success', '1.0.2: in_progress, failure'])
      expect(github.violations).toEqual([])
    }),
  PATIENCE_MS,
)

test.concurrent(
  'held, and promoted in another job: one deployment, in progress until then',
  () =>
    withGitHub(async ({ run, github }) => {
      const held = await run({ traffic: '10%' }).ended
      expect(annotationsIn(held)).toEqual(one('notice', /^held: /))
      expect(stories(github)).toEqual(['1.0.2: in_progress'])
      expect(github.deployments[0]?.statuses.at(-1)?.description).toMatch(/^held: /)
      await run({ ...OPERATOR, mode: 'promote' }, { environment: { GITHUB_JOB: 'promote' } }).ended
      expect(stories(github)).toEqual(['1.0.2: in_progress, success'])
      expect(github.violations).toEqual([])
    }),
  PATIENCE_MS,
)

const HOLDING = /^waiting for .* without an objection/
const SLOW = { traffic: '10% for 10m, 100%' }

test.concurrent(
  'killed: the post step says what became of it, once, on GitHub and on the page of the run',
  () =>
    withGitHub(async ({ run, github }) => {
      const killed = await (await reached(run, SLOW, HOLDING)).kill()
      expect(annotationsIn(killed)).toEqual({ notice: [], warning: [], error: [] })
      const post = await run(SLOW, { postOf: killed }).ended
      expect(annotationsIn(post)).toEqual(one('notice', /^succeeded: rollout .* did not end/))
      expect(stories(github)).toEqual(['1.0.2: in_progress, failure'])
      expect(github.deployments[0]?.statuses.at(-1)?.description).toMatch(/^did not end: /)
      expect(github.violations).toEqual([])
    }),
  PATIENCE_MS,
)

test.concurrent(
  'cancelled while GitHub never answers: it ends before the runner kills, and its post step tells GitHub the rest',
  () =>
    withGitHub(async ({ run, github }) => {
      const main = await reached(run, SLOW, HOLDING)
      github.onCall = () => 'hang'
      const cancelledAt = performance.now()
      const cancelled = await main.cancel()
      expect(performance.now() - cancelledAt).toBeLessThan(7_500)
      expect(cancelled.exitCode).toBe(1)
      expect(annotationsIn(cancelled).error).toEqual([expect.stringMatching(/^interrupted: /)])
      github.onCall = () => undefined
      expect((await run(SLOW, { postOf: cancelled }).ended).exitCode).toBe(0)
      expect(stories(github)).toEqual(['1.0.2: in_progress, failure'])
    }),
  PATIENCE_MS,
)

test.concurrent(
  'a dry run, and a rollout that is refused, are none',
  () =>
    withGitHub(async ({ run, github }) => {
      const planned = await run({ 'dry-run': 'true' }).ended
      expect(annotationsIn(planned)).toEqual(one('notice', /^planned: /))
      const refused = await run({ 'min-green': '2' }).ended
      expect(annotationsIn(refused)).toEqual(one('error', /^refused: /))
      expect(problemsIn(refused.report)).toEqual([])
      expect(github.calls).toEqual([])
    }),
  PATIENCE_MS,
)

const NEEDS = '\\(the job needs `permissions: deployments: write`'
const FAULTS: readonly (readonly [what: string, fault: Fault, says: RegExp])[] = [
  [
    'the token may not',
    { status: 403, message: 'Resource not accessible by integration' },
    RegExp(`HTTP 403: Resource not accessible by integration ${NEEDS}`),
  ],
  [
    'there is no such repository',
    { status: 404, message: 'Not Found' },
    RegExp(`HTTP 404: Not Found ${NEEDS}`),
  ],
  ['it is not valid', { status: 422, message: 'Validation Failed' }, /HTTP 422: Validation Failed;/],
  [
    'GitHub is broken',
    { status: 500, message: 'Server Error' },
    /HTTP 500: Server Error;|did not answer in time;/,
  ],
  ['GitHub hangs up', 'reset', /no answer: .*;|did not answer in time;/],
  ['GitHub never answers', 'hang', /no answer: within 10 s;|did not answer in time;/],
]

test.concurrent.each(FAULTS)(
  'when %s there is one warning, and the rollout goes as well as ever',
  (_, fault, says) =>
    withGitHub(async ({ run, github }) => {
      github.onCall = () => fault
      const result = await run({}).ended
      expect(result).toMatchObject({ exitCode: 0, stderr: '', outputs: { outcome: 'succeeded' } })
      expect(annotationsIn(result)).toEqual({
        ...one('notice', /^succeeded: /),
        warning: [expect.stringMatching(says)],
      })
      expect(result.stdout + result.summary).not.toContain(TOKEN)
      expect(github.deployments).toEqual([])
    }),
  PATIENCE_MS,
)

test.concurrent(
  'without a token there is one warning too',
  () =>
    withGitHub(async ({ run, github }) => {
      const result = await run({ 'github-token': '' }).ended
      expect(result).toMatchObject({ exitCode: 0, outputs: { outcome: 'succeeded' } })
      expect(annotationsIn(result).warning).toEqual([
        expect.stringMatching(/github-token is empty: leave it out/),
      ])
      expect(github.calls).toEqual([])
    }),
  PATIENCE_MS,
)
