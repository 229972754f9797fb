import { expect, test } from '@jest/globals'
import type { Course } from '../../simulator/ssm/course.ts'
import { forRecovery, WITHIN_MS } from '../../src/action/post-settings.ts'
import type { Settings } from '../../src/domain/settings.ts'
import { died, tagsOf } from '../support/disasters.ts'
import { Invariants } from '../support/invariants.ts'
import { runCommand } from '../support/ssm-place.ts'
import { NEW, World } from '../support/world.ts'

const SECOND = 1_000
const [A, B] = ['i-100000', 'i-200000']

/** Dies while both servers of its first batch are updated: one command does not end, and the other server stays broken. */
async function recoverWith(settingsOf: (settings: Settings) => Settings) {
  const stuck: Course = { runMs: 'forever', cancelMs: 'never' }
  const course = (id: string) => (id === A ? stuck : { runMs: 200 * SECOND })
  const world = new World({
    targetType: 'instance',
    ssm: runCommand({ course, doubtful: (id) => id === A }),
    isHealthy: (_, version) => version !== NEW,
  })
  const invariants = new Invariants(world, 2)
  const main = world.start()
  expect(await died(world, main, { update: 1 })).toBe(true)
  const startedAt = world.clock.now()
  world.clock.schedule(startedAt + WITHIN_MS, () =>
    world.stop({ cause: 'timeout', reason: 'the post step had no time left' }),
  )
  const whole = settingsOf({
    ...world.settings(),
    ssm: { parameters: { commands: ['x'] } },
  })
  const post = world.start({ whole, asker: { mainNonce: main.nonce }, remoteCommands: world.savedCommands() })
  const conclusion = await world.clock.run(post.ended)
  expect(invariants.broken).toEqual([])
  return { world, conclusion, tookMs: world.clock.now() - startedAt }
}

test('a post step that has to end commands first has time left to write down what it could not put right', async () => {
  const { world, conclusion, tookMs } = await recoverWith(forRecovery)
  expect(conclusion.outcome).toBe('failed')
  expect(conclusion.reason).toContain(`in again, but not healthy: ${B}`)
  expect(conclusion.reason).toContain(`still out`)
  expect(tookMs).toBeLessThan(WITHIN_MS - 15 * SECOND)
  expect(tagsOf(world)).toEqual(['elb-rollout:out:0'])
})

test('one that waited for health as long as without would not come to an end', async () => {
  const { conclusion } = await recoverWith(({ ssm: _, ...settings }) => forRecovery(settings))
  expect(conclusion.outcome).toBe('interrupted')
})
