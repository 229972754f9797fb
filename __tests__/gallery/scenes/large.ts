import { NEW, type WorldOptions } from '../../support/world.ts'
import { type Scene, Stage } from '../stage.ts'

const FLEET: WorldOptions = {
  servers: 1_000,
  targetType: 'instance',
  groups: [{ name: 'web', delaySeconds: 300 }],
  updateMs: (id) => 20_000 + 1_000 * (Number.parseInt(id.slice(2), 16) % 40),
}

export const large: readonly Scene[] = [
  {
    name: 'thousand-good',
    title: '1,000 servers, all is well',
    play: () => new Stage(FLEET).tell({ settings: { batchSizes: [{ percent: 5 }, { percent: 25 }] } }),
  },
  {
    name: 'thousand-failures',
    title: '1,000 servers, many fail: rolled back',
    play: () =>
      new Stage({
        ...FLEET,
        updateFails: (id, version) =>
          version === NEW && Number.parseInt(id.slice(2), 16) % 3 === 0 ? 'exit code 3' : undefined,
      }).tell({
        settings: { batchSizes: [{ percent: 10 }, { percent: 25 }], maxFailures: { percent: 5 } },
      }),
  },
]
