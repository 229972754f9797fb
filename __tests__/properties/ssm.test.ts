import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { search } from '../support/search.ts'
import { play, scenario } from '../support/ssm-scenes.ts'

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
