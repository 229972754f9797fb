import { describe, expect, test } from '@jest/globals'
import { deployAborting } from '../support/aborting.ts'
import { type RouteOptions, weights } from '../support/pair.ts'
import { cancelled } from '../support/shifts.ts'
import { World } from '../support/world.ts'

const QUICK = { settleTimeMs: 10_000, bakeTimeMs: 10_000, healthyForMs: 15_000 }
const routes: RouteOptions[] = [{ weight: 7, green: 'attached' }]
/** From the claim to the moment right after the change of the shift was sent, with calls of 20 ms. */
const UNTIL_SENT_MS = 15_245

/** The change of the shift takes a while to take effect; all other calls are quick. */
function slowChange(effectAfterMs: number, whenSent = () => {}): World {
  const world = new World({ pair: { routes } })
  let changes = 0
  const onCall = (_: number, action: string): undefined => {
    const isFirst = action === 'ModifyListener' && ++changes === 1
    if (isFirst) whenSent()
    world.simulator.faults = { onCall, latencyMs: isFirst ? 2 * effectAfterMs : 20 }
  }
  world.simulator.faults = { onCall, latencyMs: 20 }
  return world
}

describe('a change that is on its way when the rollout is stopped, and takes effect', () => {
  test.each([20, 200, 1_000])('%d ms later: does not stay after a timeout', async (effectAfterMs) => {
    let sent = 0
    const world: World = slowChange(effectAfterMs, () => {
      sent++
    })
    const settings = { ...QUICK, timeoutMs: UNTIL_SENT_MS }
    const { outcome, reason } = await world.clock.run(deployAborting(world, { settings }))
    expect([sent, outcome]).toEqual([1, 'rolled-back'])
    expect(reason).toContain('not done within the timeout')
    await world.clock.advance(60_000)
    expect(weights(world)).toEqual([{ blue: 7, green: 0 }])
  })

  test.each([20, 200, 1_000])('%d ms later: does not stay after a cancel', async (effectAfterMs) => {
    const world: World = slowChange(effectAfterMs, () =>
      world.clock.schedule(world.clock.now() + 5, () => world.stop(cancelled)),
    )
    const { outcome } = await world.clock.run(deployAborting(world, { settings: QUICK }))
    await world.clock.advance(60_000)
    expect([outcome, weights(world)]).toEqual(['interrupted', [{ blue: 7, green: 0 }]])
  })
})
