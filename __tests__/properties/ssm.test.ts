import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { search } from '../support/search.ts'
import * as pairs from '../support/ssm-pair-scenes.ts'
import * as scaling from '../support/ssm-scaling-scenes.ts'
import { play, scenario } from '../support/ssm-scenes.ts'

test('by Run Command in a group of Auto Scaling the floor holds, nothing runs on a server that is in, and groups go on', async () => {
  const ends = new Set<string | undefined>()
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(scaling.scenario, async (scene) => {
      const played = await scaling.play(scene)
      ends.add(played.outcome)
      for (const type of played.seen) seen.add(type)
      expect(played.wrong).toEqual([])
    }),
    search(1 / 30),
  )
  expect([...ends]).toEqual(
    expect.arrayContaining([undefined, 'failed', 'interrupted', 'rolled-back', 'succeeded']),
  )
  expect([...seen]).toEqual(
    expect.arrayContaining([
      'servers-appeared',
      'server-vanished',
      'processes-suspended',
      'processes-resumed',
    ]),
  )
}, 120_000)

test('blue-green by Run Command: no server that runs a command gets traffic, and every weight is right in the end', async () => {
  const ends = new Set<string | undefined>()
  await fc.assert(
    fc.asyncProperty(pairs.scenario, async (scene) => {
      const { wrong, outcome } = await pairs.play(scene)
      ends.add(outcome)
      expect(wrong).toEqual([])
    }),
    search(1 / 30),
  )
  expect([...ends]).toEqual(expect.arrayContaining([undefined, 'interrupted', 'rolled-back', 'succeeded']))
}, 120_000)

describe('rollouts by Run Command, whatever agents and calls do', () => {
  test('never update a server twice at once, never put one back during its update, and lose none', async () => {
    const ends = new Set<string | undefined>()
    await fc.assert(
      fc.asyncProperty(scenario, async (scene) => {
        const { wrong, outcome } = await play(scene)
        ends.add(outcome)
        expect(wrong).toEqual([])
      }),
      // A run costs ten times as much as one without the SDK.
      search(1 / 20),
    )
    expect([...ends]).toEqual(
      expect.arrayContaining([undefined, 'failed', 'interrupted', 'rolled-back', 'succeeded']),
    )
  }, 120_000)
})
