import { afterEach, expect, test } from '@jest/globals'
import { endingText } from '../../demo/ending.ts'
import type { Failure, LoadCounts } from '../../demo/load.ts'
import type { RunResult } from '../../demo/runner.ts'
import { SCENES, type Scene } from '../../demo/scenes.ts'
import { type Ending, shortcomings } from '../../demo/shortcomings.ts'
import { Stage } from '../../demo/stage.ts'
import type { Shift } from '../../demo/traffic.ts'

let stage: Stage | undefined

afterEach(() => stage?.close())

const LOST: Failure = {
  ...{ sentBefore: 1_010, sentAtSeconds: 10.1, endedAtSeconds: 10.2 },
  ...{ version: '1.0.3', reason: 'status 500 from 1.0.3' },
}
const shift = (atSeconds: number, green: number): Shift => ({
  ...{ route: 'production', weights: { blue: 100 - green, green }, green, atSeconds, sent: atSeconds * 100 },
})

/** As if it had been told: blue has all of the traffic, green holds the version that was to be. */
async function endingOf(scene: Scene, eachFailure: readonly Failure[]): Promise<Ending> {
  stage = await Stage.open({ ...scene.stage, green: { version: scene.inputs.version ?? '', attached: true } })
  const failures = eachFailure.length === 0 ? {} : { 'status 500 from 1.0.3': eachFailure.length }
  const counts = { sent: 3_480, failed: eachFailure.length, failures, eachFailure, servedByVersion: {} }
  const result = { outputs: { outcome: 'rolled-back' }, summary: '' } as unknown as RunResult
  const shifts = [shift(10, 10), shift(20, 0)]
  return { scene, stage, result, counts: counts as unknown as LoadCounts, shifts }
}

test('a bad version that lost requests only on its share is as expected', async () => {
  const ending = await endingOf(SCENES.rollback, [LOST])
  expect(shortcomings(ending)).toEqual([])
  expect(endingText(ending, [])).toContain(
    '✓ 1.0.3 was caught at 10% and rolled back;\n  1 of 3 480 requests failed, all on its share\n',
  )
})

test('one that lost others, too late, none, or at another share is not', async () => {
  const late = { ...LOST, sentBefore: 2_000, sentAtSeconds: 20 }
  const ending = await endingOf(SCENES.rollback, [LOST, { ...LOST, reason: 'status 502' }, late])
  expect(shortcomings(ending)).toEqual([
    expect.stringMatching(/^1 requests failed otherwise than by a 500 of 1\.0\.3: status 502/),
    expect.stringMatching(/^1 requests failed though the weights were back/),
  ])
  const none = { ...ending.counts, failed: 0, eachFailure: [] }
  expect(shortcomings({ ...ending, counts: none, shifts: [shift(10, 50), shift(20, 0)] })).toEqual([
    '1.0.3 had 50% of the traffic, not 10%',
    'no request failed',
  ])
})

test('a rollout that lost a request, and left the traffic where it was, is not', async () => {
  const ending = await endingOf(SCENES['blue-green'], [LOST])
  const wrong = shortcomings(ending)
  expect(wrong).toEqual([
    "the action ended as 'rolled-back', not as 'succeeded'",
    '1 requests failed',
    'green has 0% of the traffic',
  ])
  expect(endingText(ending, wrong)).toContain('✗ 1 requests failed\n✗ green has 0% of the traffic\n')
  expect(endingText(ending, [])).toContain(
    '✓ 1.0.2 (green) has all of the traffic, 1.0.1 (blue) stands by,\n',
  )
})
