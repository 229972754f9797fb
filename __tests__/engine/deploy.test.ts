import { describe, expect, test } from '@jest/globals'
import { NEW, OLD, World } from '../support/world.ts'

describe('a rollout that goes well', () => {
  test('takes four servers to the new version in halves', async () => {
    const world = new World()
    const conclusion = await world.rollOut()
    expect(conclusion).toEqual({ outcome: 'succeeded', reason: '1.0.2 runs on all 4 servers' })
    expect(world.versions()).toEqual([NEW, NEW, NEW, NEW])
    expect(world.serving()).toHaveLength(4)
    expect(world.of('phase-started').map((phase) => phase.servers.length)).toEqual([2, 2])
  })
})

describe('a failed update', () => {
  test('in the second batch brings the first one back too', async () => {
    const world = new World({
      updateFails: (id, version) => (version === NEW && id === '10.0.0.13' ? 'exit code 3' : undefined),
    })
    const conclusion = await world.rollOut()
    expect(conclusion.outcome).toBe('rolled-back')
    expect(conclusion.reason).toBe('10.0.0.13: update failed: exit code 3; 1.0.1 serves on all 4 servers')
    expect(world.versions()).toEqual([OLD, OLD, OLD, OLD])
    expect(world.serving()).toHaveLength(4)
  })
})
