import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Event } from '../../src/domain/events.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import { type Report, type ReportFacts, reportOf } from '../../src/domain/report.ts'
import { jsonText, SCHEMA_URL } from '../../src/summary/json.ts'
import type { JsonReport } from '../../src/summary/json-shape.ts'
import { scenes } from '../gallery/scenes/all.ts'
import { problemsIn, SCHEMA } from '../support/report-schema.ts'
import { cancelled, operator, run, whenGreenHas } from '../support/shifts.ts'
import { NEW, OLD, type ProcessOptions, World, type WorldOptions } from '../support/world.ts'

const workflow = {
  ...{ actor: 'octocat', sha: 'f'.repeat(40), runUrl: 'https://github.com/o/r/actions/runs/7' },
  ...{ attempt: '2', runNumber: '12', workflow: 'Deploy', refName: 'main' },
}

const factsOf = (world: World, mode: string, strategy: string): ReportFacts => ({
  rolloutId: '20261123T000000Z-7-1-c0ffee',
  ...{ mode, strategy, version: mode === 'deploy' ? NEW : '', workflow },
  targetGroupArns: world.groupArns,
  startedAt: world.clock.now(),
})

/** What one process of the world amounts to, as a program reads it. */
async function reportFrom(world: World, options: ProcessOptions = {}): Promise<JsonReport> {
  const settings = world.settings(options.settings)
  const facts = factsOf(world, settings.mode, settings.mode === 'deploy' ? settings.strategy : '')
  const before = world.events.length
  const conclusion = await run(world, options)
  const events: Event[] = [
    ...world.events.slice(before),
    { type: 'ended', at: world.clock.now(), ...conclusion },
  ]
  return read(reportOf(facts, events))
}

function read(report: Report): JsonReport {
  const json = JSON.parse(jsonText(report)) as JsonReport
  expect(problemsIn(json)).toEqual([])
  return json
}

const fails = (id: string) => (given: string, to: string) =>
  given === id && to === NEW ? 'exit code 3' : undefined

interface Case {
  readonly of: string
  readonly outcome: Outcome
  readonly world?: WorldOptions
  readonly before?: (world: World) => Promise<unknown>
  readonly process?: (world: World) => ProcessOptions
}

const HELD = { traffic: [{ share: 100 }] }
const pair = { pair: {} } as const

const CASES: readonly Case[] = [
  { of: 'a good rollout, in-place', outcome: 'succeeded', world: { zones: ['a', 'b'] } },
  { of: 'one of two groups', outcome: 'succeeded', world: { groups: [{ ports: [80, 81] }, {}] } },
  {
    of: 'one that drains early',
    outcome: 'succeeded',
    world: { targetType: 'instance', drainProbe: { isDrained: async () => true } },
  },
  { of: 'one that is rolled back', outcome: 'rolled-back', world: { updateFails: fails('10.0.0.13') } },
  {
    of: 'one that freezes',
    outcome: 'failed',
    world: { updateFails: fails('10.0.0.13') },
    process: () => ({ settings: { onFailure: 'freeze' } }),
  },
  {
    of: 'one with a server that nothing makes healthy',
    outcome: 'succeeded',
    world: { isHealthy: (id) => id !== '10.0.0.14' },
    before: (world) => world.clock.run(world.clock.sleep(60_000)),
  },
  { of: 'a plan', outcome: 'planned', process: () => ({ settings: { dryRun: true } }) },
  {
    of: 'one that is refused',
    outcome: 'refused',
    process: () => ({ settings: { minHealthy: { count: 4 } } }),
  },
  {
    of: 'one that is cancelled',
    outcome: 'interrupted',
    process: (world) => {
      world.onUpdate = () => world.stop(cancelled)
      return {}
    },
  },
  {
    of: 'a rollback',
    outcome: 'succeeded',
    before: (world) => world.rollOut(),
    process: () => operator('rollback'),
  },
  { of: 'a recovery', outcome: 'succeeded', process: () => operator('recover') },
  { of: 'a good rollout, blue-green', outcome: 'succeeded', world: pair },
  { of: 'one that is held', outcome: 'held', world: pair, process: () => ({ settings: HELD }) },
  {
    of: 'a promotion',
    outcome: 'succeeded',
    world: pair,
    before: (world) => world.rollOut(HELD),
    process: () => operator('promote'),
  },
  {
    of: 'a rollback from a hold',
    outcome: 'succeeded',
    world: pair,
    before: (world) => world.rollOut(HELD),
    process: () => operator('rollback'),
  },
  {
    of: 'one whose green is never healthy',
    outcome: 'rolled-back',
    world: { ...pair, isHealthy: (_, version) => version !== NEW },
  },
  {
    of: 'a shift that is cancelled',
    outcome: 'interrupted',
    world: pair,
    process: (world) => {
      whenGreenHas(world, 10, () => world.stop(cancelled))
      return { settings: { traffic: [{ share: 100, holdMs: 60_000 }, { share: 1000 }] } }
    },
  },
  {
    of: 'a plan of a shift',
    outcome: 'planned',
    world: pair,
    process: () => ({ settings: { dryRun: true } }),
  },
]

async function reportOfCase({ world: options, before, process = () => ({}) }: Case): Promise<JsonReport> {
  const world = new World(options)
  await before?.(world)
  return reportFrom(world, process(world))
}

describe('the report is as its schema says, and tells the outcome', () => {
  test.each(CASES)('of $of', async (given) => {
    const report = await reportOfCase(given)
    expect(report).toMatchObject({ $schema: SCHEMA_URL, schemaVersion: 1, outcome: given.outcome })
    expect(report.targetGroups.map(({ arn }) => arn)).not.toContain(undefined)
    expect(report.run).toMatchObject({ actor: 'octocat', commit: workflow.sha, url: workflow.runUrl })
  })

  test('all outcomes are tried', () => {
    const outcomes: readonly string[] = SCHEMA.properties.outcome.enum
    expect([...new Set(CASES.map(({ outcome }) => outcome))].sort()).toEqual([...outcomes].sort())
  })

  test('of random fleets, failures and cancels, at any moment of the run', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.nat(1e6),
          servers: fc.integer({ min: 2, max: 6 }),
          bad: fc.integer({ min: 11, max: 18 }),
          cut: fc.nat(400),
          shift: fc.boolean(),
        }),
        async ({ seed, servers, bad, cut, shift }) => {
          const world = new World({
            seed,
            servers,
            ...(shift ? pair : {}),
            updateFails: fails(`10.0.${shift ? 1 : 0}.${bad}`),
          })
          const facts = factsOf(world, 'deploy', world.settings().strategy)
          await world.rollOut()
          const { outcome } = read(reportOf(facts, world.events.slice(0, cut)))
          expect(outcome).toBe('interrupted')
        },
      ),
      { numRuns: 40 },
    )
  }, 60_000)
})

const PATIENCE_MS = 60_000

describe('the report of every run in the gallery is as its schema says', () => {
  const all = scenes.map(({ name, play }) => [name, play] as const)
  test.each(all)(
    '%s',
    async (_, play) => {
      const { durationSeconds, secondsByCause } = read(await play())
      const sum = Object.values(secondsByCause).reduce((whole, one) => whole + one, 0)
      expect(sum).toBeCloseTo(durationSeconds, 1)
    },
    PATIENCE_MS,
  )

  test(
    'and all that the schema describes is in one of them, or of those above',
    async () => {
      const small = scenes.filter(({ name }) => !name.startsWith('thousand'))
      const reports = [
        ...(await Promise.all(small.map(async ({ play }) => read(await play())))),
        ...(await Promise.all(CASES.map(reportOfCase))),
      ]
      const seen = new Set(namesIn(reports))
      expect(namesOf(SCHEMA).filter((name) => !seen.has(name))).toEqual([])
    },
    PATIENCE_MS,
  )
})

describe('the report', () => {
  test('tells what every server went through, in seconds', async () => {
    const world = new World({ servers: 2 })
    const { phases, ...report } = await reportFrom(world)
    expect(report).toMatchObject({
      ...{ startedAt: '2026-11-23T00:00:00.000Z', endedAt: '2026-11-23T00:01:53.000Z', durationSeconds: 113 },
      ...{ version: NEW, previousVersion: OLD, serversUpdated: 2, problems: [], warnings: [] },
      plan: {
        phases: [
          { kind: 'batch', holdSeconds: 0, servers: ['10.0.0.11'] },
          { kind: 'batch', holdSeconds: 0, servers: ['10.0.0.12'] },
        ],
      },
    })
    expect(phases[0]?.servers).toEqual([
      {
        ...{ id: '10.0.0.11', inService: true, drainSeconds: 30, drainedBy: 'load-balancer' },
        ...{ updateSeconds: 5, healthyAfterSeconds: 3, stayedHealthySeconds: 15 },
      },
    ])
  })

  test('tells where the traffic went, in percent', async () => {
    const world = new World(pair)
    const { traffic, phases } = await reportFrom(world, {
      settings: { traffic: [{ share: 5 }, { share: 1000 }] },
    })
    expect(traffic).toEqual({
      blue: 'blue',
      green: 'green',
      greenPercentBefore: 0,
      greenPercent: 100,
      isSure: true,
      live: 'green',
      routes: ['HTTP:80'],
    })
    expect(phases.map(({ kind, greenPercent }) => [kind, greenPercent])).toEqual([
      ['ready', undefined],
      ['shift', 0.5],
      ['shift', 100],
      ['bake', undefined],
    ])
  })

  test('has the last lines of an update that failed, and why', async () => {
    const world = new World({ updateFails: fails('10.0.0.11') })
    const { phases, failedStep } = await reportFrom(world)
    expect(failedStep).toBe('update')
    const server = phases[0]?.servers.find(({ id }) => id === '10.0.0.11')
    expect(server).toMatchObject({
      inService: false,
      lastLines: ['it says why'],
      failure: expect.stringContaining('exit code 3'),
    })
  })

  test('of a run that was refused for its inputs says what is known', () => {
    const facts = {
      rolloutId: 'r-1',
      mode: 'deplyo',
      strategy: 'canary',
      version: '',
      targetGroupArns: [''],
      startedAt: 0,
    }
    const report = read(reportOf(facts, [{ type: 'refused', problems: ['mode: …'], at: 1 }]))
    expect(report).toMatchObject({ targetGroups: [], problems: ['mode: …'] })
    expect(report).not.toHaveProperty('mode')
    expect(report).not.toHaveProperty('strategy')
  })

  test('starts nothing in a log that shows it, and keeps every value', () => {
    const reason = '\u202Egnp.exe ##[error]forged\u2028::error::forged\n::error::forged\u0085\u001b[2J'
    const facts = {
      rolloutId: 'r-1',
      mode: 'deploy',
      strategy: 'in-place',
      version: reason,
      targetGroupArns: [],
      startedAt: 0,
    }
    const text = jsonText(reportOf(facts, [{ type: 'ended', outcome: 'failed', reason, at: 1 }]))
    expect(text).not.toMatch(/##\[|^\s*::|(?!\n)[\p{Cc}\p{Zl}\p{Bidi_Control}]/mu)
    expect(JSON.parse(text)).toMatchObject({ reason, version: reason })
  })
})

describe('the schema', () => {
  const good = async () => reportFrom(new World({ servers: 2 }))

  test.each([
    ['something unknown', { surprise: 1 }],
    ['an outcome that does not exist', { outcome: 'done' }],
    ['a time that is a number', { startedAt: 1_763_856_000_000 }],
    ['a time of another zone', { endedAt: '2026-11-23T00:01:53.000+01:00' }],
    ['another version', { schemaVersion: 2 }],
    [
      'a phase without servers',
      { phases: [{ kind: 'batch', direction: 'forward', version: '1', batch: 1 }] },
    ],
    ['nothing for a reason', { reason: '' }],
  ])('refuses %s', async (_, change) => {
    expect(problemsIn({ ...(await good()), ...change })).not.toEqual([])
  })

  test('refuses a report that lacks any of its required parts', async () => {
    const report = await good()
    for (const name of SCHEMA.required) {
      const { [name as keyof JsonReport]: _, ...rest } = report
      expect(problemsIn(rest)).toEqual([expect.stringContaining(`'${name}'`)])
    }
  })

  test('says of every property what it is', () => {
    expect(undescribed(SCHEMA, '')).toEqual([])
  })

  test('is at its own address', () => {
    expect(SCHEMA.$id).toBe(SCHEMA_URL)
  })

  test('the example in the docs is one', () => {
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(readFileSync('docs/report.md', 'utf8')) ?? []
    expect(problemsIn(JSON.parse(example))).toEqual([])
  })
})

/** Paths of properties that neither have a description nor refer to what has a name. */
function undescribed(node: unknown, path: string): string[] {
  if (typeof node !== 'object' || node === null) return []
  const { properties = {} } = node as { properties?: Record<string, object> }
  const bare = Object.entries(properties).filter(
    ([, value]) => !('description' in value) && !('$ref' in value),
  )
  return [
    ...bare.map(([name]) => `${path}/${name}`),
    ...Object.entries(node).flatMap(([name, value]) => undescribed(value, `${path}/${name}`)),
  ]
}

/** Names of all properties, however deep. */
function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => [name, ...namesIn(inner)])
}

function namesOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { properties = {} } = schema as { properties?: object }
  return [...new Set([...Object.keys(properties), ...Object.values(schema).flatMap(namesOf)])]
}
