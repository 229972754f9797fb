import { describe, expect, test } from '@jest/globals'
import { cancel, crash, FAULTS, type Fleet } from '../support/disasters.ts'
import { SSM_AFTERMATHS, SSM_FLEETS } from '../support/ssm-disasters.ts'
import { World } from '../support/world.ts'

/** Each so-many-eth call, and what comes after by turns; `npm run torture -- --virtual` tries all of them. */
const STRIDE = 11
const AFTERS = Object.entries(SSM_AFTERMATHS)
const NAMED = SSM_FLEETS.map((fleet) => [fleet.name, fleet] as const)

/** The n-th point, from 0; undefined when the run has ended before. */
async function crashAt(n: number, stride: number, given: { fleet: Fleet; faults?: keyof typeof FAULTS }) {
  const [name, after] = AFTERS[n % AFTERS.length] as (typeof AFTERS)[number]
  const { fleet, faults } = given
  const point = { call: 1 + n * stride, when: n % 2 === 0 ? ('before' as const) : ('after' as const) }
  const wrong = await crash(point, { fleet, after, ...(faults ? { faults: FAULTS[faults]?.() ?? {} } : {}) })
  return wrong && { ...point, name, wrong }
}

async function crashAll(stride: number, given: Parameters<typeof crashAt>[2]): Promise<number> {
  for (let n = 0; ; n++) {
    const found = await crashAt(n, stride, given)
    if (found === undefined) return n
    expect(found).toMatchObject({ wrong: [] })
  }
}

describe.each(NAMED)('a run of %s', (_, fleet) => {
  test('that dies at a call to any of the services is put right', async () => {
    expect(await crashAll(STRIDE, { fleet })).toBeGreaterThan(100 / STRIDE)
  }, 120_000)

  test('that is cancelled ends in time, and its post step puts the rest right', async () => {
    let points = 0
    for (let atMs = 0; ; atMs += 3_000 * STRIDE) {
      const wrong = await cancel(atMs, { fleet })
      if (wrong === undefined) break
      expect({ atMs, wrong }).toEqual({ atMs, wrong: [] })
      points++
    }
    expect(points).toBeGreaterThan(200 / 3 / STRIDE)
  }, 120_000)
})

test.each(Object.keys(FAULTS))(
  'a run of one that dies while %s is put right',
  async (faults) => {
    const [, fleet] = SSM_FLEETS as [Fleet, Fleet]
    expect(await crashAll(3 * STRIDE, { fleet, faults })).toBeGreaterThan(2)
  },
  120_000,
)

test.each(NAMED)('a run of %s goes the same way each time', async (_, { world: options, settings = {} }) => {
  const callsOf = async () => {
    const world = new World(options)
    const { life, ended } = world.start({ settings })
    await world.clock.run(ended)
    return life.calls
  }
  expect(await callsOf()).toEqual(await callsOf())
})
