import type { WorldOptions } from '../../support/world.ts'
import { alarms, metrics, SMOKE_OF_SERVICE, smokeTest } from '../gates.ts'
import { type Scene, Stage } from '../stage.ts'

const PAIR: WorldOptions = { pair: { routes: [{}, { on: 'first-listener' }] }, updateMs: () => 25_000 }
const DAYS = 24 * 3_600_000

const STEPS = [
  { share: 100, holdMs: 300_000 },
  { share: 500, holdMs: 300_000 },
  { share: 1000, holdMs: 300_000 },
]
const HELD = STEPS.slice(0, 1)

export const blueGreen: readonly Scene[] = [
  {
    name: 'blue-green-good',
    title: 'Blue-green in steps, with a bake, all is well',
    play: () =>
      new Stage({
        ...PAIR,
        gates: [smokeTest('service')],
        trafficGates: [metrics()],
        watches: [alarms()],
      }).tell({ settings: { traffic: STEPS, bakeTimeMs: 600_000, smoke: SMOKE_OF_SERVICE } }),
  },
  {
    name: 'blue-green-bad-metrics',
    title: 'Blue-green, metrics object at half of the traffic: rolled back',
    play: () => {
      const stage: Stage = new Stage({
        ...PAIR,
        trafficGates: [metrics(() => stage.world.of('shifted').some(({ share }) => share >= 500))],
      })
      return stage.tell({ settings: { traffic: STEPS } })
    },
  },
  {
    name: 'blue-green-bad-alarm',
    title: 'Blue-green, an alarm is raised during the bake: rolled back',
    play: () => {
      const stage: Stage = new Stage({
        ...PAIR,
        watches: [alarms(() => stage.world.of('phase-started').some(({ phase }) => phase === 'bake'))],
      })
      return stage.tell()
    },
  },
  {
    name: 'blue-green-bad-green',
    title: 'Blue-green, green is never ready: rolled back',
    play: () =>
      new Stage({ ...PAIR, isHealthy: (_, version) => version !== '1.0.2' }).tell({
        settings: { healthTimeoutMs: 180_000 },
      }),
  },
  {
    name: 'blue-green-held',
    title: 'Blue-green, held at a tenth of the traffic',
    play: () => new Stage({ ...PAIR, trafficGates: [metrics()] }).tell({ settings: { traffic: HELD } }),
  },
  {
    name: 'blue-green-promoted',
    title: 'Blue-green, promoted from a hold',
    play: async () => {
      const stage = new Stage(PAIR)
      await stage.tell({ settings: { traffic: HELD } })
      await stage.world.clock.advance(3_600_000)
      return stage.tell({
        settings: { mode: 'promote', traffic: STEPS.slice(1) },
        withoutVersions: true,
      })
    },
  },
  {
    name: 'blue-green-rollback-later',
    title: 'Blue-green, rolled back by hand days later',
    play: async () => {
      const stage = new Stage(PAIR)
      await stage.tell()
      await stage.world.clock.advance(3 * DAYS)
      return stage.tell({ settings: { mode: 'rollback', rolloutId: 'latest' }, withoutVersions: true })
    },
  },
  {
    name: 'blue-green-dry-run',
    title: 'Blue-green, dry-run',
    play: () => new Stage(PAIR).tell({ settings: { dryRun: true, traffic: STEPS, bakeTimeMs: 600_000 } }),
  },
]
