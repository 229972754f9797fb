import { describe, expect, test } from '@jest/globals'
import { DeploymentStory, type StoryFacts, short, type Telling } from '../../src/action/deployment-story.ts'
import type { Event } from '../../src/domain/events.ts'
import { OUTLOOK } from '../support/outlook.ts'
import { afterCall, cancelled, operator, run, runUntilDeath } from '../support/shifts.ts'
import { NEW, OLD, type ProcessOptions, World } from '../support/world.ts'

/** What one process of the world has to tell. */
async function tellings(world: World, options: ProcessOptions = {}, facts?: StoryFacts): Promise<Telling[]> {
  const before = world.events.length
  const conclusion = await run(world, options)
  return told(world, { before, facts: facts ?? { mode: world.lastMode } }, [
    { type: 'ended', at: world.clock.now(), ...conclusion },
  ])
}

function told(
  world: World,
  { before, facts }: { before: number; facts: StoryFacts },
  last: readonly Event[],
): Telling[] {
  const story = new DeploymentStory(facts)
  const events: Event[] = [...world.events.slice(before), ...last]
  return events.flatMap((event) => story.tell(event) ?? [])
}

const lines = (given: readonly Telling[]): string[] =>
  given.map(({ rolloutId, status: { state, description } }) => `${rolloutId} ${state}: ${description}`)

const failing = {
  updateFails: (id: string, to: string) => (id.endsWith('.13') && to === NEW ? 'exit code 3' : undefined),
}
const HELD = { traffic: [{ share: 100 }] }

describe('a deploy', () => {
  test('is created as it begins, follows its batches, and replaces the one before', async () => {
    const given = await tellings(new World())
    expect(lines(given)).toEqual([
      'r-001 in_progress: batch 1 of 2, 2 servers',
      'r-001 in_progress: batch 2 of 2, 2 servers',
      `r-001 success: ${NEW} runs on all 4 servers`,
    ])
    expect(given[0]?.creation).toEqual({
      ...{ rolloutId: 'r-001', version: NEW, previousVersion: OLD, strategy: 'in-place' },
      targetGroups: ['group-0'],
    })
    expect(given.map(({ next }) => next)).toEqual([undefined, undefined, { kind: 'replaces', version: NEW }])
  })

  test('that is rolled back has failed, and replaces none', async () => {
    const given = await tellings(new World(failing))
    expect(lines(given)).toEqual([
      'r-001 in_progress: batch 1 of 2, 2 servers',
      'r-001 in_progress: batch 2 of 2, 2 servers',
      'r-001 in_progress: rolling back: batch 1 of 2, 2 servers',
      'r-001 in_progress: rolling back: batch 2 of 2, 2 servers',
      expect.stringMatching(/^r-001 failure: .*exit code 3/),
    ])
    expect(given.some(({ next }) => next !== undefined)).toBe(false)
  })

  test('that freezes has failed; one that is cancelled is an error', async () => {
    const frozen = await tellings(new World(failing), { settings: { onFailure: 'freeze' } })
    expect(frozen.at(-1)?.status.state).toBe('failure')
    const world = new World()
    world.onUpdate = () => world.stop(cancelled)
    expect((await tellings(world)).at(-1)?.status.state).toBe('error')
  })

  test.each([
    ['a dry run', { dryRun: true }],
    ['one that is refused', { minHealthy: { count: 4 } }],
  ])('%s tells nothing', async (_, settings) => {
    expect(await tellings(new World(), { settings })).toEqual([])
  })

  test('of traffic tells the share, and is in progress while it is held', async () => {
    const given = await tellings(new World({ pair: {} }), { settings: HELD })
    expect(lines(given)).toEqual([
      'r-001 in_progress: making green ready',
      'r-001 in_progress: shifting 10% of the traffic to green',
      expect.stringMatching(/^r-001 in_progress: held: 1\.0\.2 .* carries 10%/),
    ])
  })

  test('that finds an unfinished one tells of that one too', async () => {
    const world = new World()
    await runUntilDeath(world, {}, afterCall('DeregisterTargets', 1))
    await world.clock.run(world.clock.sleep(3_600_000))
    const [first, ...rest] = lines(await tellings(world))
    expect(first).toBe('r-001 error: did not end; the next rollout puts right what it has left')
    expect(rest[0]).toBe('r-002 in_progress: batch 1 of 2, 2 servers')
    expect(rest.at(-1)).toMatch(/^r-002 success: /)
  })
})

describe('what comes after a deploy', () => {
  test('a promotion goes on with its deployment', async () => {
    const world = new World({ pair: {} })
    await world.rollOut(HELD)
    const given = await tellings(world, operator('promote'))
    expect(lines(given)).toEqual([
      'r-001 in_progress: making green ready',
      'r-001 in_progress: shifting 100% of the traffic to green',
      'r-001 in_progress: baking, with all checks on',
      expect.stringMatching(/^r-001 success: /),
    ])
    expect(given.at(-1)).toMatchObject({
      creation: { rolloutId: 'r-001', version: NEW },
      next: { kind: 'replaces' },
    })
  })

  test('a rollback ends it, and brings the one before back', async () => {
    const world = new World()
    await world.rollOut()
    const given = await tellings(world, operator('rollback'))
    expect(lines(given)).toEqual([
      'r-001 in_progress: rolling back: batch 1 of 2, 2 servers',
      'r-001 in_progress: rolling back: batch 2 of 2, 2 servers',
      expect.stringMatching(/^r-001 inactive: /),
    ])
    expect(given.at(-1)?.next).toEqual({ kind: 'undone', version: OLD })
    expect(given.every(({ creation }) => creation === undefined)).toBe(true)
  })

  test('a rollback of what is undone already tells nothing', async () => {
    const world = new World()
    await world.rollOut()
    await run(world, operator('rollback'))
    expect(await tellings(world, operator('rollback'))).toEqual([])
  })

  test('a recovery ends what did not end: it has failed', async () => {
    const world = new World()
    await runUntilDeath(world, {}, afterCall('DeregisterTargets', 1))
    expect(lines(await tellings(world, operator('recover')))).toEqual([
      'r-001 in_progress: putting right what it has left',
      expect.stringMatching(/^r-001 failure: did not end: put back in what rollout r-001/),
    ])
  })

  test('a recovery of a promotion leaves it held, and so in progress', async () => {
    const world = new World({ pair: {} })
    await world.rollOut(HELD)
    await runUntilDeath(world, operator('promote'), afterCall('ModifyListener', 1))
    expect(lines(await tellings(world, operator('recover'))).at(-1)).toMatch(
      /^r-001 in_progress: .*held again/,
    )
  })

  test('a recovery that finds nothing tells nothing', async () => {
    expect(await tellings(new World(), operator('recover'))).toEqual([])
  })

  test('a post step ends the deployment of its main, also where nothing is left to do', async () => {
    const facts = { mode: 'recover', rolloutId: 'r-000' }
    const given = await tellings(new World(), operator('recover'), facts)
    expect(lines(given)).toEqual([expect.stringMatching(/^r-000 failure: did not end: nothing to recover/)])
  })
})

describe('a description', () => {
  test.each([
    ['of 140 characters stays', 'a'.repeat(140), 'a'.repeat(140)],
    ['of 141 is cut', 'a'.repeat(141), `${'a'.repeat(139)}…`],
    ['is not cut in the middle of a character', `${'a'.repeat(138)}😀😀`, `${'a'.repeat(138)}…`],
    [
      'has no ARN',
      'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/1 is out',
      'targetgroup/web/1 is out',
    ],
    ['is one line', 'a\nb\u202e', 'a\\nb\\u202e'],
  ])('%s', (_, given, expected) => {
    expect(short(given)).toBe(expected)
  })
})

test('a payload stays below 8 KB, however many groups there are', () => {
  const story = new DeploymentStory({ mode: 'deploy' })
  const groups = Array.from({ length: 1_000 }, (_, index) => ({
    name: `${index}`.padStart(32, 'g'),
    targets: 1,
    healthy: 1,
    servers: [],
  }))
  const plan = {
    direction: 'forward',
    version: 'v'.repeat(180),
    leaves: 'v'.repeat(180),
    phases: [],
    maxFailures: 0,
  } as const
  story.tell({ type: 'observed', groups, loadBalancers: [], at: 0 })
  story.tell({ type: 'planned', rolloutId: 'r'.repeat(60), plan, outlook: OUTLOOK, at: 0 })
  const telling = story.tell({
    ...{
      type: 'phase-started',
      phase: 'batch',
      direction: 'forward',
      version: '',
      servers: [],
      batch: 1,
      batches: 1,
      at: 0,
    },
  } as Event)
  expect(JSON.stringify(telling?.creation).length).toBeLessThan(8_000)
})
