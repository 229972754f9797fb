import { describe, expect, test } from '@jest/globals'
import type { Event } from '../../src/domain/events.ts'
import { reportOf } from '../../src/domain/report.ts'
import { markdown } from '../../src/summary/markdown.ts'
import { NEW, OLD, World, type WorldOptions } from '../support/world.ts'
import { facts, shown, summaryOf, tell, workflow } from './told.ts'

const badAt = (server: string): WorldOptions => ({
  updateFails: (id, version) => (id === server && version === NEW ? 'exit code 3' : undefined),
})

const titlesOf = (text: string) => [...text.matchAll(/^### (.*)$/gm)].map(([, title]) => title)

describe('the summary', () => {
  test('of a good rollout: what happened, who and where, what to do, then how it went', async () => {
    const text = shown(await summaryOf({ servers: 2 }, {}, { workflow }))
    expect(text.slice(0, text.indexOf('```sh'))).toBe(`## ✅ Succeeded: 1.0.2 runs on all 2 servers

Everything went as planned.

| Version | 1.0.1 → 1.0.2 |
| :-- | :-- |
| Where | target group group-0 behind load balancer web, 2 servers |
| How | in-place, 2 batches |
| When | 2026-11-23 00:00:00 UTC, took 1 m 53 s |
| Who | [octocat](https://github.com/octocat), by [Deploy #12](https://github.com/octo-org/shop/actions/runs/19532640001), commit [3f1ef7f](https://github.com/octo-org/shop/commit/3f1ef7f2b6a9d4c8e0f1a2b3c4d5e6f708192a3b) on main |
| Rollout | r-001 |

**Next:** nothing is to be done. Should the new version turn out to be bad, this goes back to 1.0.1, batch by batch, now or days later (with examples/rollback.yml as a workflow of yours):

`)
    expect(titlesOf(text)).toEqual([
      'Before and after',
      'Timeline',
      'Where the time went',
      'Checks',
      'Servers',
    ])
    expect(text).toContain('| batch 1 to batch 2 | health check | 2 servers | passed |')
    expect(text.slice(text.indexOf('### Servers'))).toBe(`### Servers

| Phase | Server | Zone | Result | Drained | Updated | Healthy after | Stayed healthy |
| :-- | :-- | :-- | :-- | :-- | :-- | :-- | :-- |
| batch 1 | 10.0.0.11 | 1a | 1.0.2 in service | 30 s | 5 s | 3 s | 15 s |
| batch 2 | 10.0.0.12 | 1b | 1.0.2 in service | 30 s | 5 s | 7 s | 15 s |
`)
  })

  test('of one that was rolled back has the reason first, and the last words of the failed command', async () => {
    const text = shown(await summaryOf(badAt('10.0.0.13')))
    expect(text.split('\n')[0]).toBe(
      '## ⏪ Rolled back: 10.0.0.13: update failed: exit code 3; 1.0.1 serves on all 4 servers',
    )
    expect(text).toMatch(
      /### What failed\n\n- 10\.0\.0\.13, in batch 2, step update, [\w ]+ after the start: update failed: exit code 3\n\n<details open><summary>Last lines of the update of 10\.0\.0\.13<\/summary>\n\n<pre>\nit says why\n<\/pre>/,
    )
    expect(text).toContain('| batch 2 | 10.0.0.13 | 1a | failed: update failed: exit code 3 | 30 s | 5 s |')
    expect(text).toContain('| rollback batch 1 | 10.0.0.13 | 1a | 1.0.1 in service |')
  })

  test('says who has ended a drain early', async () => {
    const drained = async (drainProbe: NonNullable<WorldOptions['drainProbe']>) =>
      shown(
        await summaryOf({
          ...{ servers: 2, targetType: 'instance', groups: [{ delaySeconds: 60 }], drainProbe },
        }),
      )
    expect(await drained({ isDrained: async () => true })).toContain('| 12 s (drained-command) |')
    const connections = await drained(() => ({
      by: 'connections',
      watch: async ({ servers }, listener) => {
        for (const { id } of servers) listener.drained(id)
      },
    }))
    expect(connections).toContain('| 10 s (no connection) |')
  })

  test('of one that was refused lists every problem, and a single one but once', async () => {
    const two = shown(await summaryOf({ servers: 3 }, { batchSizes: [{ count: 2 }], drainedCommand: 'true' }))
    expect(two).toMatch(/^## ⛔ Refused: batch-size 2 of 3 servers is 2/)
    expect(two.match(/^- /gm)).toHaveLength(2)
    expect(titlesOf(two)).toEqual([])
    const one = shown(await summaryOf({ servers: 1 }))
    expect(one).toMatch(/^## ⛔ Refused: /)
    expect(one).not.toMatch(/^- /m)
  })

  test('of a plan shows the batches, and what is there', async () => {
    const text = shown(await summaryOf({}, { dryRun: true }))
    expect(text).toMatch(/^## 📋 Planned: 1\.0\.2 would be rolled out in 2 batches; nothing was changed/)
    expect(text).toMatch(/\| Batch 2 \| 54\s+s \| drain 30 s.* \| 2: 10\.0\.0\.13, 10\.0\.0\.14 \|/)
    expect(titlesOf(text)).toContain('What is there')
  })

  test('of a run that is under way says how far it is, in case it is the last that is written', async () => {
    const world = new World()
    await world.rollOut()
    const inBatch2 = world.events.findLastIndex(({ type }) => type === 'phase-started') + 1
    const text = shown(markdown(reportOf(facts, world.events.slice(0, inBatch2))))
    expect(text).toMatch(
      /^## ⏳ Rolling out 1\.0\.2: batch 2 of 2\n\nIt is under way: 1 phase done, 2 servers updated\./,
    )
    expect(text).toContain('it was cut short')
    expect(text).toContain('mode: recover')
    expect(titlesOf(text)).toContain('Before and now')
  })

  test('of one that is on its way back says so', async () => {
    const { world } = await tell(badAt('10.0.0.13'))
    const stopped = world.events.findIndex(({ type }) => type === 'stopped')
    const atStop = shown(markdown(reportOf(facts, world.events.slice(0, stopped + 1))))
    expect(atStop).toMatch(/^## ⏳ Rolling out 1\.0\.2: batch 2 of 2 stopped\n/)
    const after = world.events.slice(0, stopped + 4)
    expect(after.at(-1)?.type).not.toBe('phase-ended')
    const next = world.events.findIndex(({ type }, index) => index > stopped && type === 'phase-started')
    const goingBack = shown(markdown(reportOf(facts, world.events.slice(0, next + 1))))
    expect(goingBack).toMatch(/^## ⏳ Going back to 1\.0\.1: rollback batch 1 of 2\n/)
  })

  test('a reason of many words goes on below the heading', async () => {
    const servers = Array.from({ length: 12 }, (_, index) => `10.0.0.${100 + index}`)
    const reason = `all is lost; it serves on ${servers.join(', ')}; and on nothing else, which is a pity for all of them`
    const text = shown(markdown(reportOf(facts, [{ type: 'ended', outcome: 'failed', reason, at: 1 }])))
    const [heading = '', , rest = ''] = text.split('\n')
    expect(heading).toMatch(/^## ❌ Failed: all is lost; it serves on/)
    expect(heading.length).toBeLessThan(230)
    expect(`${heading.slice('## ❌ Failed: '.length)} ${rest}`.replace(/; … |, … | … /, '; ')).toContain(
      'which is a pity',
    )
    const words = `${heading} ${rest}`
    for (const server of servers) expect(words).toContain(server)
  })

  test('of a recovery names the rollout that it has put right', async () => {
    const found: Event = {
      ...{ type: 'unfinished-found', rolloutId: 'r-1', version: NEW, batch: 1, batches: 2, at: 1 },
      ...{ servers: ['10.0.0.11'], inDoubt: [] },
    }
    const text = shown(markdown(reportOf({ ...facts, mode: 'recover' }, [found])))
    expect(text).toContain('| Put right | what rollout r-1 to 1.0.2 had left |')
  })

  test('counts what went well of many servers, and names what failed', async () => {
    const text = shown(await summaryOf({ servers: 40, ...badAt('10.0.0.13') }))
    expect(text).toContain(
      '20 servers, some of them in more than one phase: 20 times it went well, 1 failed, 19 did not come to their end.',
    )
    expect(text).toContain('<details><summary>Server by server</summary>')
  })
})

describe('of a shift', () => {
  test('who carries what, step by step', async () => {
    const text = shown(
      await summaryOf(
        { pair: {} },
        {
          traffic: [
            { share: 100, holdMs: 300_000 },
            { share: 1000, holdMs: 60_000 },
          ],
          previousVersion: OLD,
        },
      ),
    )
    expect(text).toMatch(/^## ✅ Succeeded: 1\.0\.2 \(green\) carries all traffic/)
    expect(text).toContain('Blue, blue: 0%. Green, green: 100%. Routes: HTTP:80.')
    expect(text).toContain('| Shift 10% to green | 5 m | done |')
    expect(text).toContain('| How | blue-green, traffic in 2 steps |')
  })
})
