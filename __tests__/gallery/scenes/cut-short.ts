import type { WorldOptions } from '../../support/world.ts'
import { type Scene, Stage } from '../stage.ts'

const FLEET: WorldOptions = {
  servers: 6,
  groups: [{ name: 'web', delaySeconds: 60 }],
  updateMs: () => 25_000,
}
const HOURS = 3_600_000
/** While the second batch is being updated. */
const KILLED_AT = 190_000

export const cutShort: readonly Scene[] = [
  {
    name: 'cancelled',
    title: 'In-place, cancelled during the second batch',
    play: () => {
      const stage = new Stage(FLEET)
      stage.cancelAfter(150_000)
      return stage.tell()
    },
  },
  {
    name: 'cancelled-blue-green',
    title: 'Blue-green, cancelled at half of the traffic',
    play: () => {
      const stage = new Stage({ pair: {} })
      stage.cancelAfter(150_000)
      return stage.tell({
        settings: {
          traffic: [
            { share: 500, holdMs: 300_000 },
            { share: 1000, holdMs: 0 },
          ],
        },
      })
    },
  },
  {
    name: 'killed',
    title: 'In-place, killed: the last summary that it has written',
    play: async () => (await new Stage(FLEET).tellUntilKilled(KILLED_AT)).report,
  },
  {
    name: 'post',
    title: 'In-place, killed: the post step after it',
    play: async () => {
      const stage = new Stage(FLEET)
      const { process } = await stage.tellUntilKilled(KILLED_AT)
      await stage.world.clock.advance(10_000)
      const { rolloutId, nonce: mainNonce } = process
      return stage.tell(
        { rolloutId, settings: { mode: 'recover' }, asker: { mainNonce } },
        { settings: { mode: 'recover' } },
      )
    },
  },
  {
    name: 'recovered',
    title: 'In-place, the runner was lost: mode: recover, hours later',
    play: async () => {
      const stage = new Stage(FLEET)
      await stage.tellUntilKilled(KILLED_AT)
      await stage.world.clock.advance(6 * HOURS)
      return stage.tell({ settings: { mode: 'recover' }, withoutVersions: true })
    },
  },
  {
    name: 'recovered-blue-green',
    title: 'Blue-green, the runner was lost at half of the traffic: mode: recover, hours later',
    play: async () => {
      const stage = new Stage({ pair: {} })
      const traffic = [
        { share: 500, holdMs: 300_000 },
        { share: 1000, holdMs: 0 },
      ]
      await stage.tellUntilKilled(200_000, { settings: { traffic } })
      await stage.world.clock.advance(6 * HOURS)
      return stage.tell({ settings: { mode: 'recover' }, withoutVersions: true })
    },
  },
]
