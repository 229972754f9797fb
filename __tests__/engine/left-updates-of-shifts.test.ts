import { describe, expect, test } from '@jest/globals'
import type { Course } from '../../simulator/ssm/course.ts'
import { died } from '../support/disasters.ts'
import { type RouteOptions, weights } from '../support/pair.ts'
import { operator, run } from '../support/shifts.ts'
import { runCommand } from '../support/ssm-place.ts'
import { World } from '../support/world.ts'

const SECOND = 1_000
const routes: RouteOptions[] = [{ weight: 7 }]
const HOME = [{ blue: 7, green: 0 }]
const GREEN = ['i-10000011', 'i-10000012']

/** A deploy dies while green's servers are updated. */
async function dead(course: () => Course): Promise<World> {
  const pair = { routes, blue: 2, green: 2, targetType: 'instance' } as const
  const world = new World({ pair, ssm: runCommand({ course }) })
  expect(await died(world, world.start(), { update: 1 })).toBe(true)
  return world
}

const asker = { mainNonce: '9e3779b1' }
const endless: Course = { runMs: 'forever', cancelMs: 4 * SECOND }
const stuck: Course = { runMs: 400 * SECOND, cancelMs: 'never' }
const stateIn = ({ ssm }: World) => ssm.commands[0]?.status.status

describe('commands on green that a dead deploy has left running', () => {
  test.each(['recover', 'rollback'] as const)('are ended by %s', async (mode) => {
    const world = await dead(() => endless)
    const { outcome } = await run(world, { ...operator(mode), asker })
    expect([outcome, weights(world), stateIn(world)]).toEqual(['succeeded', HOME, 'Cancelled'])
  })

  test('are ended by the next deploy, which updates the servers then', async () => {
    let course = endless
    const world = await dead(() => course)
    course = { runMs: SECOND }
    const { outcome } = await run(world, { settings: { settleTimeMs: 0, bakeTimeMs: 0 }, asker })
    expect(outcome).toBe('succeeded')
    const states = world.ssm.commands.map(({ status }) => status.status)
    expect(states).toEqual(['Success', 'Cancelled'])
  })

  test('that do not end are named, keep no weight from going back, and no update begins beside them', async () => {
    const world = await dead(() => stuck)
    const recovered = await run(world, { ...operator('recover'), asker })
    expect(weights(world)).toEqual(HOME)
    expect(recovered.reason).toContain(`an update may still be running on ${GREEN.join(', ')}`)
    const { outcome, reason } = await run(world, {})
    expect(outcome).toBe('refused')
    expect(reason).toContain(`${GREEN.join(', ')}: a command of rollout r-001 still runs on it`)
    expect(world.ssm.commands).toHaveLength(1)
  })

  test('are named as they are by a rollback', async () => {
    const world = await dead(() => stuck)
    const { outcome } = await run(world, { ...operator('rollback'), asker })
    expect([outcome, weights(world)]).toEqual(['succeeded', HOME])
    expect(world.of('warned').map(({ text }) => text)).toContainEqual(
      expect.stringContaining(`an update may be running on ${GREEN.join(', ')}`),
    )
  })
})
