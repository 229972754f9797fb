import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { validate } from '@actions/languageservice'
import { describe, expect, test } from '@jest/globals'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { parse } from 'yaml'
import { withExamples } from '../../scripts/readme-tables.ts'
import { readInputs } from '../../src/action/inputs.ts'

/** GitHub's own schema, and for what uses this action, our action.yml. */
const action = parse(readFileSync('action.yml', 'utf8')) as {
  name: string
  description: string
  inputs: Record<string, { description: string; required?: boolean }>
}
const fetchActionMetadata = async ({ name }: { name: string }) =>
  name === 'elb-rollout' ? action : undefined

let documents = 0

/** What the validator says, line by line. It remembers documents by their address, so each has one of its own. */
async function problemsIn(text: string): Promise<string[]> {
  const uri = `file:///${++documents}/.github/workflows/workflow.yml`
  const found = await validate(TextDocument.create(uri, 'yaml', 1, text), {
    actionsMetadataProvider: { fetchActionMetadata },
  })
  // The actions of others are not looked up.
  const own = found.filter(
    ({ message }) => !/^Unable to resolve action `(?!elb-rollout\/)/.test(`${message}`),
  )
  return own.map(({ message, range }) => `${range.start.line + 1}: ${message}`)
}

const files = ['examples', '.github/workflows'].flatMap((folder) =>
  readdirSync(folder).map((name) => `${folder}/${name}`),
)

describe('a workflow that people paste, or that runs here', () => {
  test.each(files)('%s is valid', async (file) => {
    expect(await problemsIn(readFileSync(file, 'utf8'))).toEqual([])
  })

  test.each([
    ['a job that is not there', 'needs: rollout', 'needs: rolout'],
    ['a function that is not there', 'always()', 'alwys()'],
    ['an input that is not there', 'update-command:', 'update-comand:'],
    ['a key that is not there', 'runs-on: ubuntu-latest', 'run-on: ubuntu-latest'],
  ])('would be found invalid with %s', async (_, right, wrong) => {
    const text = readFileSync('examples/deploy.yml', 'utf8')
    expect(text).toContain(right)
    expect(await problemsIn(text.replace(right, wrong))).not.toEqual([])
  })
})

interface Job {
  readonly if?: string
  readonly needs?: string | readonly string[]
  readonly environment?: string
  readonly permissions: Readonly<Record<string, string>>
  readonly outputs?: Readonly<Record<string, string>>
  readonly steps: readonly Step[]
}

interface Step {
  readonly id?: string
  readonly if?: string
  readonly uses?: string
  readonly with?: Readonly<Record<string, string>>
}

interface Workflow {
  readonly permissions: object
  readonly concurrency: object
  readonly env?: Readonly<Record<string, string>>
  readonly jobs: Readonly<Record<string, Job>>
}

const workflow = (name: string) => parse(readFileSync(`examples/${name}.yml`, 'utf8')) as Workflow
const names = readdirSync('examples').map((file) => file.replace(/\.yml$/, ''))
const isOurs = ({ uses = '' }: Step) => uses.startsWith('elb-rollout/')
const isRecorded = (step: Step) => isOurs(step) && step.with?.['deployment-environment'] !== undefined
const modeOf = ({ steps }: Job) => {
  const ours = steps.find(isOurs)
  return ours === undefined ? 'none' : (ours.with?.mode ?? 'deploy')
}

/** What may be behind the expressions that are not written in the workflow itself. */
const GIVEN: Readonly<Record<string, string>> = {
  'inputs.version': '1.0.2',
  'inputs.previous-version': '1.0.1',
  'inputs.rollout-id': 'latest',
  'inputs.dry-run': 'true',
  'github.event.pull_request.head.sha': '0f9c1d1b2a3e4f5061728394a5b6c7d8e9f00112',
  'github.event.pull_request.base.sha': 'f10c1d1b2a3e4f5061728394a5b6c7d8e9f00113',
}

/** Throws at an expression that it does not know. */
const filledIn = (text: string, env: Readonly<Record<string, string>>): string =>
  text.replace(/\$\{\{ ([\w.-]+) \}\}/g, (_, name: string) => {
    const isId = /^needs\.\w+\.outputs\.rollout-id$/.test(name)
    const value = isId ? '20261125T010203Z-1' : (GIVEN[name] ?? env[name.replace(/^env\./, '')])
    if (value === undefined) throw new Error(`what does ${name} hold?`)
    return value
  })

describe.each(names)('examples/%s.yml', (name) => {
  const { permissions, concurrency, env = {}, jobs } = workflow(name)
  const steps = Object.values(jobs).flatMap((job) => job.steps)
  const changesNothing = steps.filter(isOurs).every((step) => `${step.with?.['dry-run']}` === 'true')

  // GitHub keeps one run waiting for a lock: a newer one that came to it would cancel a rollout.
  test('has the lock of all of them, and cancels nothing, unless it changes nothing', () => {
    const lock = { group: 'production', 'cancel-in-progress': false }
    expect(concurrency).toEqual(changesNothing ? undefined : lock)
  })

  test('has no permission but those that its jobs need', () => {
    expect(permissions).toEqual({})
    for (const job of Object.values(jobs)) {
      const hasCheckout = job.steps.some(({ uses = '' }) => uses.startsWith('actions/checkout@'))
      const { actions: _, ...needed } = job.permissions
      expect(needed).toEqual({
        ...(hasCheckout ? { contents: 'read' } : {}),
        ...(job.steps.some(isOurs) ? { 'id-token': 'write' } : {}),
        ...(job.steps.some(isRecorded) ? { deployments: 'write' } : {}),
      })
    }
  })

  test('pins the actions of others to a commit', () => {
    const others = steps.flatMap(({ uses }) => (uses === undefined || uses.startsWith('elb-') ? [] : [uses]))
    for (const uses of others) expect(uses).toMatch(/@[0-9a-f]{40}$/)
  })

  test('lets a cancel reach the jobs that go forward', () => {
    const goesOn = (job: Job) => ['deploy', 'promote'].includes(modeOf(job)) && !changesNothing
    const forward = Object.values(jobs).filter(goesOn)
    expect(forward.flatMap((job) => [job.if, ...job.steps.map((step) => step.if)])).toEqual(
      forward.flatMap((job) => [undefined, ...job.steps.map(() => undefined)]),
    )
  })

  test('goes back without asking anybody, also after a cancel, a job time limit and a lost runner', () => {
    const back = Object.values(jobs).filter((job) => ['rollback', 'recover'].includes(modeOf(job)))
    expect(back.length > 0).toBe(!changesNothing)
    for (const job of back) {
      expect(job.environment).toBeUndefined()
      if (job.needs === undefined) continue
      expect(job.if).toContain('always() &&')
      expect(job.if).not.toContain('failure()')
    }
    const recoveries = back.filter((job) => modeOf(job) === 'recover')
    expect(JSON.stringify(recoveries.map((job) => job.steps))).not.toContain('needs.')
  })

  test('names the same target groups and role in every job', () => {
    const given = steps.filter(isOurs).map((step) => step.with)
    expect(new Set(given.map((inputs) => inputs?.['target-group-arns'])).size).toBe(1)
    expect(new Set(given.map((inputs) => inputs?.['role-to-assume'])).size).toBe(1)
  })

  test('records all that happens to a rollout in one environment, or nothing of it', () => {
    const given = steps.filter(isOurs).map((step) => step.with?.['deployment-environment'])
    expect(new Set(given).size).toBe(1)
  })

  test('gives what the action takes', () => {
    for (const step of steps.filter(isOurs)) {
      const read = (input: string) => filledIn(`${step.with?.[input] ?? ''}`, env)
      expect(readInputs(read, { workspace: '/work' })).toEqual({ settings: expect.anything() })
    }
  })

  test('hands over to other jobs only what is there, and what GitHub does not drop', () => {
    const handed = Object.entries(jobs).flatMap(([id, job]) =>
      Object.keys(job.outputs ?? {}).map((output) => `needs.${id}.outputs.${output}`),
    )
    const asked = JSON.stringify(jobs).match(/needs\.[\w-]+\.outputs\.[\w-]+/g) ?? []
    expect([...new Set(asked)].sort()).toEqual(handed.sort())
    for (const { outputs = {}, steps: own } of Object.values(jobs)) {
      for (const [output, value] of Object.entries(outputs)) {
        const step = /^\$\{\{ steps\.(\w+)\.outputs\.([\w-]+) \}\}$/.exec(value) ?? []
        expect(own.find(({ id }) => id === step[1])?.uses).toMatch(/^elb-rollout\//)
        expect(['outcome', 'rollout-id']).toContain(output)
        expect(step[2]).toBe(output)
      }
    }
  })
})

/** What GitHub makes of a condition that is a row of comparisons. Throws at anything else. */
function holds(condition: string, facts: Readonly<Record<string, string>>): boolean {
  const [, terms = condition] = /^\$\{\{(.*)\}\}$/.exec(condition) ?? []
  return terms.split('&&').every((term) => {
    if (term.trim() === 'always()') return true
    const [, name = '', sign, value] = /^\s*([\w.-]+) (==|!=) '([\w-]*)'\s*$/.exec(term) ?? []
    if (sign === undefined || !(name in facts)) throw new Error(`what does ${term} mean?`)
    return (facts[name] === value) === (sign === '==')
  })
}

const RESULTS = ['success', 'failure', 'cancelled', 'skipped']

describe.each([
  { name: 'canary', first: 'start', second: 'promote', good: 'held' },
  { name: 'blue-green', first: 'deploy', second: 'test', good: 'succeeded' },
])('after every end of the first two jobs of examples/$name.yml', ({ name, first, second, good }) => {
  const { jobs } = workflow(name)
  // A lost runner leaves no outputs; a killed one the outcome that was written before the first change.
  const ends = [good, 'rolled-back', 'refused', 'interrupted', 'failed', ''].flatMap((outcome) =>
    RESULTS.flatMap((result) => RESULTS.map((next) => ({ outcome, result, next }))),
  )
  const runs = (job: string, { outcome, result, next }: (typeof ends)[number]) =>
    holds(jobs[job]?.if ?? '', {
      [`needs.${first}.outputs.outcome`]: outcome,
      [`needs.${first}.result`]: result,
      [`needs.${second}.result`]: next,
    })

  test('what has been shifted goes back unless all went well', () => {
    for (const end of ends) {
      expect({ ...end, runs: runs('rollback', end) }).toEqual({
        ...end,
        runs: end.outcome === good && end.next !== 'success',
      })
    }
  })

  test('what was cut short is put right', () => {
    const cutShort = ends.filter(({ outcome }) => ['interrupted', 'failed', ''].includes(outcome))
    expect(cutShort.filter((end) => !runs('recover', end))).toEqual([])
  })

  // In one workflow run they would take each other for gone.
  test('a rollback and a recovery never run at once', () => {
    expect(ends.filter((end) => runs('rollback', end) && runs('recover', end))).toEqual([])
  })
})

describe('README.md and docs/', () => {
  const texts = ['README.md', ...readdirSync('docs').map((file) => `docs/${file}`)].filter((file) =>
    file.endsWith('.md'),
  )

  test.each(texts)('%s has the examples as they are in examples/', (file) => {
    const text = readFileSync(file, 'utf8')
    const shown = [...text.matchAll(/<!-- example ([\w-]+) -->/g)].map(([, name = '']) => name)
    const examples = shown.map((name) => [name, readFileSync(`examples/${name}.yml`, 'utf8')])
    expect(withExamples(text, Object.fromEntries(examples))).toBe(text)
  })

  test.each(texts)('%s links to what is there', (file) => {
    const links = [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)]
    for (const [, path = '', anchor] of links) {
      const target = path === '' ? file : join(dirname(file), path)
      expect({ target, isThere: existsSync(target) }).toEqual({ target, isThere: true })
      if (anchor === undefined) continue
      const titles = [...readFileSync(target, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => title)
      expect(titles.map(anchorOf)).toContain(anchor)
    }
  })

  const anchorOf = (title: string) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-')
})
