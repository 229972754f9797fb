import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createDrainLooks } from '../../src/updaters/shell.ts'
import { CONTEXT, never, optionsAt, server } from './options.ts'
import { Place } from './place.ts'
import { overWhen, until } from './real-clock.ts'

let place: Place
beforeEach(() => {
  place = new Place()
})
afterEach(() => place.leave())

test.each([
  ['test "$ROLLOUT_TARGET_ID" = s; seq 1000', true],
  ['exit 1', false],
  ['kill -SEGV $$', false],
])('the drained-command %j tells: %s', async (script, isDrained) => {
  expect(await createDrainLooks(optionsAt(place, script)).isDrained(server('s'), CONTEXT, never)).toBe(
    isDrained,
  )
})

test('a drained-command that cannot start tells nothing', async () => {
  const looks = createDrainLooks(optionsAt(place, 'true', { workingDirectory: '/no/such/place' }))
  expect(await looks.isDrained(server('s'), CONTEXT, never)).toBe(false)
})

test('a drained-command that is aborted is ended, and rejects with the reason', async () => {
  const looks = createDrainLooks(optionsAt(place, 'touch ready; sleep 1000'))
  const abort = new AbortController()
  const isDrained = looks.isDrained(server('s'), CONTEXT, abort.signal)
  await until(() => place.has('ready'))
  abort.abort(new Error('cancelled'))
  await expect(isDrained).rejects.toThrow('cancelled')
})

test('a drained-command that takes too long tells nothing, and is ended', async () => {
  const clock = overWhen(30_000, () => place.has('ready'))
  const looks = createDrainLooks(optionsAt(place, 'touch ready; sleep 1000', { clock }))
  expect(await looks.isDrained(server('s'), CONTEXT, never)).toBe(false)
})
