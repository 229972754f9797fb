import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { type Outputs, writeOutputs } from '../../src/action/outputs.ts'
import { newRolloutId } from '../../src/action/rollout-id.ts'

function written(outputs: Outputs): Record<string, string> {
  const all: Record<string, string> = {}
  writeOutputs((name, value) => {
    all[name] = value
  }, outputs)
  return all
}

test('writes the outputs of action.yml, empty where nothing is known', () => {
  const action = parse(readFileSync('action.yml', 'utf8')) as { outputs: Record<string, unknown> }
  expect(Object.keys(written({}))).toEqual(Object.keys(action.outputs))
  expect(new Set(Object.values(written({})))).toEqual(new Set(['']))
})

test('writes numbers as text, also 0', () => {
  const all = written({ outcome: 'refused', 'servers-updated': 0, 'duration-seconds': 12.4 })
  expect(all).toMatchObject({ outcome: 'refused', 'servers-updated': '0', 'duration-seconds': '12' })
})

test('keeps ARNs out of the reason', () => {
  const reason = 'User: arn:aws:sts::123456789012:assumed-role/deploy/me may not register targets'
  expect(written({ reason }).reason).toBe('User: assumed-role/deploy/me may not register targets')
})

test('a rollout id tells time, run and chance', () => {
  const now = Date.UTC(2026, 10, 23, 6, 58, 14, 999)
  expect(newRolloutId(now, () => 0.5, { id: '9876543210', attempt: '2' })).toBe(
    '20261123T065814Z-9876543210-2-800000',
  )
  expect(newRolloutId(now, () => 0)).toBe('20261123T065814Z-000000')
  expect(newRolloutId(now, () => 1 - Number.EPSILON)).toBe('20261123T065814Z-ffffff')
})

test('a rollout id holds what a tag may, whatever the run is called', () => {
  expect(newRolloutId(0, Math.random, { id: '', attempt: '1;"é' })).toMatch(
    /^19700101T000000Z-1-[0-9a-f]{6}$/,
  )
})

test('rollout ids sort by time', () => {
  const times = [0, 1_000, 1_700_000_000_000, 1_800_000_000_000, 4_000_000_000_000]
  const ids = times.map((time) => newRolloutId(time, Math.random, { id: '5', attempt: '1' }))
  expect([...ids].sort()).toEqual(ids)
})
