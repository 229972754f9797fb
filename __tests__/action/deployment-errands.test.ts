import { describe, expect, test } from '@jest/globals'
import { VirtualClock } from '../../simulator/clock.ts'
import { Errands } from '../../src/action/deployment-errands.ts'
import { ApiError } from '../../src/domain/errors.ts'

const failed = (failure: ApiError['failure']) =>
  new ApiError({ failure, permission: 'deployments: write', code: 'x', message: failure })

/** Errands of one name, each taking so long, and what became of them. */
function place(run: (errand: string, signal: AbortSignal) => Promise<void> = async () => {}, tookMs = 100) {
  const clock = new VirtualClock(0)
  const done: string[] = []
  const warnings: unknown[] = []
  const errands = new Errands<string>({
    clock,
    run: async (errand, signal) => {
      done.push(`${clock.now()} ${errand}`)
      await clock.sleep(tookMs, signal)
      await run(errand, signal)
    },
    warn: (error) => warnings.push((error as Error).message),
  })
  return { clock, done, warnings, errands, pass: (ms: number) => clock.run(clock.sleep(ms)) }
}

/** As one that never answers, until it is told to stop. */
const hang = (_: string, signal: AbortSignal) =>
  new Promise<void>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

describe('errands', () => {
  test('go one after the other, and nobody waits for them', async () => {
    const { done, errands, pass } = place()
    errands.send('a', 'first')
    errands.send('b', 'second')
    await pass(1_000)
    expect(done).toEqual(['0 first', '100 second'])
  })

  test('of those that wait only the latest goes, fifteen seconds after the one before', async () => {
    const { done, errands, pass } = place()
    errands.send('a', 'begun')
    for (let batch = 1; batch <= 20; batch++) {
      errands.send('a', `batch ${batch}`)
      await pass(1_000)
    }
    expect(done).toEqual(['0 batch 1', '15100 batch 16'])
  })

  test('at the end the last one goes at once', async () => {
    const { clock, done, errands, pass } = place()
    errands.send('a', 'begun')
    await pass(1_000)
    errands.send('a', 'ended')
    await clock.run(errands.finish(5_000))
    expect(done).toEqual(['0 begun', '1000 ended'])
    expect(clock.now()).toBe(1_100)
  })

  test('the end waits no longer than it was given, and leaves nothing under way', async () => {
    const { clock, warnings, errands } = place(hang)
    errands.send('a', 'begun')
    errands.send('a', 'ended')
    await clock.run(errands.finish(1_000))
    expect(clock.now()).toBe(1_000)
    expect(warnings).toEqual(['GitHub did not answer in time'])
    errands.send('a', 'too late')
    await clock.run(errands.finish(1_000))
    expect(clock.now()).toBe(1_000)
  })

  test('with nothing to do the end waits for nothing', async () => {
    const { clock, warnings, errands } = place()
    await clock.run(errands.finish(5_000))
    expect([clock.now(), warnings]).toEqual([0, []])
  })

  test('one that fails for a passing reason is tried three times, then there is a warning', async () => {
    const { done, warnings, errands, pass } = place(() => Promise.reject(failed('transient')))
    errands.send('a', 'first')
    await pass(60_000)
    expect(done).toEqual(['0 first', '1100 first', '5200 first'])
    expect(warnings).toEqual(['transient'])
  })

  test('one that fails for good is not tried again; only the first failure is a warning, and the others go on', async () => {
    const { done, warnings, errands, pass } = place(() => Promise.reject(failed('denied')))
    for (const errand of ['first', 'second', 'third']) errands.send(errand, errand)
    await pass(60_000)
    expect(done).toEqual(['0 first', '100 second', '200 third'])
    expect(warnings).toEqual(['denied'])
  })

  test('a later one takes the place of one that is about to be tried again', async () => {
    const { done, warnings, errands, pass } = place((errand) =>
      errand === 'begun' ? Promise.reject(failed('transient')) : Promise.resolve(),
    )
    errands.send('a', 'begun')
    await pass(500)
    errands.send('a', 'ended')
    await pass(60_000)
    expect(done).toEqual(['0 begun', '16100 ended'])
    expect(warnings).toEqual([])
  })
})
