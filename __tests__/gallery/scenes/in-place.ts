import { NEW, type WorldOptions } from '../../support/world.ts'
import { SMOKE_OF_SERVERS, smokeTest } from '../gates.ts'
import { type Scene, Stage } from '../stage.ts'

const FLEET: WorldOptions = {
  servers: 6,
  zones: ['a', 'b', 'c'],
  groups: [{ name: 'web', delaySeconds: 60 }],
  updateMs: (id) => 20_000 + 3_000 * (Number(id.split('.').at(-1)) % 4),
  updateTail: [
    '$ sudo systemctl restart shop',
    'Job for shop.service failed because the control process exited with error code.',
    'shop[4711]: Error: listen EADDRINUSE: address already in use :::8080',
    'shop[4711]:     at Server.setupListenHandle [as _listen2] (node:net:1817:16)',
  ],
}

const isNew = (version: string) => version === NEW

export const inPlace: readonly Scene[] = [
  {
    name: 'in-place-good',
    title: 'In-place, all is well',
    play: () =>
      new Stage({ ...FLEET, gates: [smokeTest('server')] }).tell({ settings: { smoke: SMOKE_OF_SERVERS } }),
  },
  {
    name: 'in-place-bad-health',
    title: 'In-place, the new version fails its health checks: rolled back',
    play: () =>
      new Stage({ ...FLEET, isHealthy: (_, version) => !isNew(version) }).tell({
        settings: { healthTimeoutMs: 180_000 },
      }),
  },
  {
    name: 'in-place-bad-update',
    title: 'In-place, a command fails in the second batch: rolled back',
    play: () =>
      new Stage({
        ...FLEET,
        updateFails: (id, version) => (id === '10.0.0.15' && isNew(version) ? 'exit code 3' : undefined),
      }).tell({ settings: { batchSizes: [{ count: 2 }] } }),
  },
  {
    name: 'in-place-bad-smoke',
    title: 'In-place, the new version fails its smoke test: rolled back',
    play: () =>
      new Stage({ ...FLEET, gates: [smokeTest('server', isNew)] }).tell({
        settings: { smoke: SMOKE_OF_SERVERS },
      }),
  },
  {
    name: 'in-place-frozen',
    title: 'In-place, a command fails, on-failure: freeze',
    play: () =>
      new Stage({
        ...FLEET,
        updateFails: (id, version) => (id === '10.0.0.14' && isNew(version) ? 'exit code 3' : undefined),
      }).tell({ settings: { onFailure: 'freeze', batchSizes: [{ count: 2 }] } }),
  },
  {
    name: 'in-place-max-failures',
    title: 'In-place, one server may fail, and does',
    play: () =>
      new Stage({
        ...FLEET,
        updateFails: (id, version) => (id === '10.0.0.13' && isNew(version) ? 'exit code 3' : undefined),
      }).tell({ settings: { maxFailures: { count: 1 }, batchSizes: [{ count: 2 }] } }),
  },
  {
    name: 'in-place-auto-scaling',
    title: 'In-place, Auto Scaling launches two servers meanwhile',
    play: () => {
      const stage = new Stage({
        ...FLEET,
        targetType: 'instance',
        updateMs: () => 25_000,
        autoScaling: { launchTemplate: { name: 'shop', version: '$Latest' } },
      })
      stage.after(20_000, () => stage.world.autoScaling.scaleOut('web', { count: 2 }))
      return stage.tell()
    },
  },
  {
    name: 'in-place-dry-run',
    title: 'In-place, dry-run',
    play: () =>
      new Stage({ ...FLEET, groups: [{ name: 'web', delaySeconds: 300 }] }).tell({
        settings: { dryRun: true, batchSizes: [{ count: 1 }, { count: 2 }] },
      }),
  },
  {
    name: 'in-place-rollback-later',
    title: 'In-place, rolled back by hand days later',
    play: async () => {
      const stage = new Stage(FLEET)
      await stage.tell()
      await stage.world.clock.advance(3 * 24 * 3_600_000)
      return stage.tell({ settings: { mode: 'rollback', rolloutId: 'latest' }, withoutVersions: true })
    },
  },
]
