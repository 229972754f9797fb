import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { savedState, stateSaver } from '../../src/action/state.ts'
import type { Event, Happening } from '../../src/domain/events.ts'

let folder: string
let before: NodeJS.ProcessEnv
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'elb-rollout-state-'))
  before = { ...process.env }
  process.env.GITHUB_STATE = join(folder, 'state')
  writeFileSync(process.env.GITHUB_STATE, '')
})
afterEach(() => {
  process.env = before
  rmSync(folder, { recursive: true })
})

/** As the runner does it: what was saved last is in the environment of the post step. */
function handOver(happenings: readonly Happening[]): ReturnType<typeof savedState> {
  const save = stateSaver('r-1', 'abcd', () => {})
  for (const happening of happenings) save({ ...happening, at: 0 } as Event)
  const text = readFileSync(process.env.GITHUB_STATE ?? '', 'utf8')
  for (const [, name, , value] of text.matchAll(/^(\w+)<<(\S+)\n([\s\S]*?)\n?\2$/gm))
    process.env[`STATE_${name}`] = value
  return savedState()
}

const CLAIM = { type: 'stage-started', stage: 'Claim' } as const
const processes = ['Terminate'] as const
const suspended = (group: string) => ({ type: 'processes-suspended', group, processes }) as const
const resumed = (group: string) => ({ type: 'processes-resumed', group, processes }) as const
const ENDED = { type: 'ended', outcome: 'succeeded', reason: 'all is well' } as const

test('an end that went well leaves nothing to do', () => {
  const state = handOver([CLAIM, suspended('a'), suspended('b'), resumed('b'), resumed('a'), ENDED])
  expect(state).toMatchObject({ outcome: 'succeeded', hasSuspended: false })
})

test('but not if a process stays suspended', () => {
  const state = handOver([CLAIM, suspended('a'), suspended('b'), resumed('b'), ENDED])
  expect(state).toMatchObject({ outcome: 'succeeded', hasSuspended: true })
})

test('nor if main was killed', () => {
  expect(handOver([CLAIM, suspended('a')])).toMatchObject({ hasSuspended: true })
  expect(handOver([CLAIM, suspended('a')])).not.toHaveProperty('outcome')
})
