import { NEW, OLD, type WorldOptions } from '../../support/world.ts'
import { disguise, type Names } from '../disguise.ts'
import { type Scene, Stage } from '../stage.ts'

/** As long as AWS lets them be; versions are the commits that were built. */
const NAMES: Names = {
  [OLD]: '0d6a9b1cf2f14b6f9f1de5f6a57c1f0b8f5e2c3a',
  [NEW]: '7f3c2a1b9e0d4c8ba6f5e4d3c2b1a09f8e7d6c5b',
  web: 'checkout-service-production-blue',
  blue: 'checkout-service-production-blue',
  green: 'checkout-service-production-next',
  ...Object.fromEntries(
    ['i-100000', 'i-200000', 'i-300000', 'i-400000'].map((id, at) => [id, `i-0a1b2c3d4e5f607${at}8`]),
  ),
}

const FLEET: WorldOptions = {
  targetType: 'instance',
  groups: [{ name: 'web', delaySeconds: 60 }],
  updateFails: (id, version) => (id === 'i-300000' && version === NEW ? 'exit code 3' : undefined),
}

export const longNames: readonly Scene[] = [
  {
    name: 'long-names-in-place',
    title: 'Long names, in-place: frozen after a failure',
    play: async () => disguise(NAMES, await new Stage(FLEET).tell({ settings: { onFailure: 'freeze' } })),
  },
  {
    name: 'long-names-blue-green',
    title: 'Long names, blue-green: held',
    play: async () =>
      disguise(NAMES, await new Stage({ pair: {} }).tell({ settings: { traffic: [{ share: 100 }] } })),
  },
]
