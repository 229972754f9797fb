import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { timeFor } from '../../demo/time.ts'

const run = promisify(execFile)

/** What a script prints that has the time of an action. */
async function printed(environment: Readonly<Record<string, string>>, script: string): Promise<string> {
  const node = ['--input-type=module', '--eval', script]
  const { stdout } = await run(process.execPath, node, { env: environment })
  return stdout.trim()
}

test('the action has the time of everything else', async () => {
  const { action, loadBalancer, environment } = timeFor({ timeLapse: 1000 })
  const before = action.now()
  const [date, now] = (await printed(environment, 'console.log(+new Date(), Date.now())')).split(' ')
  for (const seen of [Number(date), Number(now)]) {
    expect(seen).toBeGreaterThanOrEqual(before)
    expect(seen).toBeLessThanOrEqual(loadBalancer.now())
  }
  expect(
    await printed(environment, 'console.log(new Date(0).toISOString(), new Date() instanceof Date)'),
  ).toBe('1970-01-01T00:00:00.000Z true')
})

test('it waits in this time too, whatever it waits with', async () => {
  const { environment } = timeFor({ timeLapse: 100_000 })
  const hour = 3_600_000
  const script = `
    import { setTimeout as pause } from 'node:timers/promises'
    import { setTimeout as later } from 'node:timers'
    const startedAt = Date.now()
    await pause(${hour})
    await new Promise((resolve) => later(resolve, ${hour}))
    await new Promise((resolve) => setTimeout(resolve, ${hour}))
    await new Promise((resolve) => setInterval(resolve, ${hour}))
    console.log(Date.now() - startedAt > 3.5 * ${hour})
    process.exit()`
  expect(await printed(environment, script)).toBe('true')
})

test('without a time lapse its time is that of the machine, and only the load balancer may be faster', () => {
  const { action, loadBalancer, environment } = timeFor({ speed: 1_000_000 })
  expect(environment).toEqual({})
  const now = Date.now()
  expect(action.now()).toBeGreaterThanOrEqual(now)
  expect(action.now()).toBeLessThanOrEqual(Date.now())
  const later = loadBalancer.now()
  while (loadBalancer.now() === later);
  expect(loadBalancer.now() - later).toBeGreaterThanOrEqual(1_000_000)
})
