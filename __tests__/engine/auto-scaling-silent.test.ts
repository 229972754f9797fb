import { describe, expect, test } from '@jest/globals'
import { weights } from '../support/pair.ts'
import { World, type WorldOptions } from '../support/world.ts'

/** From here on Auto Scaling answers nobody. */
function silence(world: World): void {
  world.autoScaling.faults = { throttleShare: 1 }
}

const isBad = (version: string) => version === '1.0.2'

describe('an API of Auto Scaling that stops answering', () => {
  test('keeps no weight from going back', async () => {
    const world: World = new World({
      pair: { targetType: 'instance' },
      targetType: 'instance',
      autoScaling: {},
      gates: [
        {
          name: 'smoke',
          scope: 'service',
          check: async () => {
            const hasMoved = world.of('shifted').length > 0
            if (hasMoved) silence(world)
            return hasMoved ? { verdict: 'fail', evidence: '500' } : { verdict: 'pass', evidence: '200' }
          },
        },
      ],
    })
    const smoke = { url: 'http://www.example.com/', status: [{ from: 200, to: 399 }] }
    const { outcome } = await world.rollOut({ smoke })
    expect([outcome, weights(world)]).toEqual(['rolled-back', [{ blue: 1, green: 0 }]])
    const stoppedAt = world.of('stopped')[0]?.at ?? Number.NaN
    const backAt =
      world.of('shifted').find(({ at, share }) => at >= stoppedAt && share === 0)?.at ?? Number.NaN
    expect(backAt - stoppedAt).toBeLessThan(5_000)
  })

  test('keeps servers out for no longer than a look at them takes', async () => {
    const options: WorldOptions = {
      ...{ targetType: 'instance', autoScaling: {} },
      updateFails: (_, version) => (isBad(version) ? 'exit code 1' : undefined),
    }
    const usual = new World(options)
    await usual.rollOut()
    const world = new World(options)
    world.onUpdate = () => silence(world)
    const { outcome } = await world.rollOut()
    expect(outcome).toBe('rolled-back')
    const backAt = (one: World) => one.of('in-service').at(-1)?.at ?? Number.NaN
    expect(backAt(world) - backAt(usual)).toBeLessThan(90_000)
  })
})
