import { expect, test } from '@jest/globals'
import { QUIET, systemClock, VirtualClock } from '../../simulator/clock.ts'

test('timers run in order of time, and in order of scheduling at the same time', async () => {
  const clock = new VirtualClock(1000)
  const ran: string[] = []
  for (const [name, at] of Object.entries({ c: 3000, a: 1500, b: 2000, b2: 2000, d: 9000 })) {
    clock.schedule(at, () => ran.push(`${name} ${clock.now()}`))
  }
  await clock.advance(7000)
  expect(ran).toEqual(['a 1500', 'b 2000', 'b2 2000', 'c 3000'])
  expect(clock.now()).toBe(8000)
})

test('what a timer wakes settles before the next timer runs', async () => {
  const clock = new VirtualClock()
  const ran: string[] = []
  const work = async (): Promise<void> => {
    await clock.sleep(10)
    await Promise.resolve()
    ran.push(`work ${clock.now()}`)
    await clock.sleep(5)
    ran.push(`work ${clock.now()}`)
  }
  clock.schedule(11, () => ran.push('timer 11'))
  clock.schedule(20, () => ran.push('timer 20'))
  await clock.run(work())
  expect(ran).toEqual(['work 10', 'timer 11', 'work 15'])
})

test('a cancelled timer does not run', async () => {
  const clock = new VirtualClock()
  const ran: number[] = []
  clock.schedule(1, () => ran.push(1))()
  await clock.advance(5)
  expect(ran).toEqual([])
})

test('sleep rejects with the reason of the abort, at the time of the abort', async () => {
  const clock = new VirtualClock()
  const controller = new AbortController()
  clock.schedule(30, () => controller.abort(new Error('cancelled')))
  await expect(clock.run(clock.sleep(1000, controller.signal))).rejects.toThrow('cancelled')
  expect(clock.now()).toBe(30)
  await expect(clock.sleep(1, controller.signal)).rejects.toThrow('cancelled')
})

test('run passes the failure of its work on', async () => {
  const clock = new VirtualClock()
  const work = clock.sleep(5).then(() => Promise.reject(new Error('no')))
  await expect(clock.run(work)).rejects.toThrow('no')
})

test('run says so when the work can never go on', async () => {
  const clock = new VirtualClock()
  const never = new Promise<void>(() => undefined)
  await expect(clock.run(never)).rejects.toThrow('nothing is scheduled')
})

test('health checks alone do not keep stuck work going for ever', async () => {
  const clock = new VirtualClock()
  const again = (): unknown => {
    clock.schedule(clock.now() + 10_000, again)
    return QUIET
  }
  again()
  const never = new Promise<void>(() => undefined)
  await expect(clock.run(never)).rejects.toThrow('only health checks are scheduled')
  await clock.advance(48 * 3600_000)
})

test('ten thousand timers come out sorted', async () => {
  const clock = new VirtualClock()
  const times: number[] = []
  for (let index = 0; index < 10_000; index++) {
    clock.schedule((index * 7919) % 10_007, () => {
      times.push(clock.now())
      return QUIET
    })
  }
  await clock.advance(20_000)
  expect(times).toHaveLength(10_000)
  expect(times).toEqual([...times].sort((a, b) => a - b))
})

test('the system clock runs as fast as it is told', async () => {
  const clock = systemClock({ speed: 1000 })
  const start = clock.now()
  await new Promise<void>((resolve) => {
    clock.schedule(start + 20_000, resolve)
    const alive = setTimeout(() => undefined, 1000)
    clock.schedule(start + 20_000, () => clearTimeout(alive))
  })
  expect(clock.now() - start).toBeGreaterThanOrEqual(19_000)
})
