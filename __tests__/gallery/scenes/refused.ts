import type { WorldOptions } from '../../support/world.ts'
import { type Scene, Stage } from '../stage.ts'

const WEB: WorldOptions = { groups: [{ name: 'web' }] }

export const refused: readonly Scene[] = [
  {
    name: 'refused-preflight',
    title: 'Refused, with several problems',
    play: () => {
      const stage = new Stage({ ...WEB, servers: 3 })
      const [arn = ''] = stage.world.groupArns
      const other = `${arn.replace('web', 'checkout').slice(0, -4)}ffff`
      return stage.tell({
        settings: {
          batchSizes: [{ count: 2 }],
          targetGroupArns: [arn, other],
          drainedCommand: 'true',
        },
      })
    },
  },
  {
    name: 'refused-sizes',
    title: 'Refused: a batch larger than the floor allows',
    play: () =>
      new Stage({ ...WEB, servers: 3 }).tell({
        settings: { batchSizes: [{ count: 2 }], drainedCommand: 'true' },
      }),
  },
  {
    name: 'refused-busy',
    title: 'Refused: another rollout is under way',
    play: async () => {
      const stage = new Stage(WEB)
      await stage.tellUntilKilled(40_000, {
        asker: { job: { runId: '19532640001', attempt: '1', job: 'rollout' } },
      })
      return stage.tell()
    },
  },
  {
    name: 'nothing-to-undo',
    title: 'A rollback, of what is rolled back already',
    play: async () => {
      const stage = new Stage(WEB)
      await stage.tell()
      const back = { settings: { mode: 'rollback', rolloutId: 'latest' }, withoutVersions: true } as const
      await stage.tell(back)
      return stage.tell(back)
    },
  },
]
