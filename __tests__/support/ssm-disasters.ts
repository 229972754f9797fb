import { AFTERMATHS, type After, type Fleet } from './disasters.ts'
import { runCommand } from './ssm-place.ts'
import { NEW, type ProcessOptions, type WorldOptions } from './world.ts'

/** Long enough to run on still when somebody comes. */
const SSM: WorldOptions = { targetType: 'instance', updateMs: () => 70_000 }
const isFirst = (id: string) => id.startsWith('i-1')
const isThird = (id: string) => id.startsWith('i-3')

/** Updated by Run Command, each with another trouble. */
export const SSM_FLEETS: readonly Fleet[] = [
  {
    name: 'four in halves by Run Command, whose agents take their time to end a script',
    world: {
      ...SSM,
      ssm: runCommand({ course: () => ({ deliveryMs: 3_000, runMs: 70_000, cancelMs: 3_000 }) }),
    },
    settings: {},
    floor: 2,
  },
  {
    name: 'four in halves by Run Command, of which one does not end when it is asked to',
    world: {
      ...SSM,
      ssm: runCommand({
        course: (id) => (isFirst(id) ? { runMs: 300_000, cancelMs: 'never' } : undefined),
        doubtful: isFirst,
      }),
    },
    settings: {},
    floor: 2,
  },
  {
    name: 'five in twos by Run Command, of which one is not heard of again',
    world: {
      ...{ ...SSM, servers: 5 },
      ssm: runCommand({
        course: (id, version) =>
          isThird(id) && version === NEW ? { runMs: 'lost', unheardMs: 100_000 } : undefined,
        doubtful: isThird,
      }),
    },
    settings: { batchSizes: [{ count: 2 }], updateTimeoutMs: 120_000 },
    floor: 3,
  },
  {
    name: 'four in halves by Run Command, of which one has an agent that is away',
    world: {
      ...SSM,
      ssm: runCommand({
        course: (id, version) => (isThird(id) && version === NEW ? { deliveryMs: 'never' } : undefined),
        // Whether a delivery that has timed out has come to nothing only those know who have watched it.
        doubtful: isThird,
      }),
    },
    settings: { updateTimeoutMs: 100_000 },
    floor: 2,
  },
  {
    name: 'four of an Auto Scaling group in halves by Run Command',
    world: {
      ...SSM,
      autoScaling: { suspended: ['AZRebalance'], behaviour: { healthCheckEveryMs: 3_000 } },
      ssm: runCommand({ course: () => ({ deliveryMs: 3_000, runMs: 70_000, cancelMs: 3_000 }) }),
    },
    settings: {},
    floor: 2,
  },
]

/** As a later job of the same workflow run, which need not wait for the dead one to be gone. */
const atOnce =
  (settings: (fleet: Fleet, rolloutId: string) => ProcessOptions['settings']): After =>
  (world, dead, fleet) =>
    world.clock.run(
      world.start({ settings: settings(fleet, dead.rolloutId) ?? {}, asker: { mainNonce: dead.nonce } })
        .ended,
    )

/** The same, and those who come while commands run that the dead one has sent. */
export const SSM_AFTERMATHS: Readonly<Record<string, After>> = {
  ...AFTERMATHS,
  'a deploy at once': atOnce(({ settings }) => settings),
  // One that finds nothing to undo leaves the claim of the dead one to the next who comes.
  'a rollback at once, and recover': async (world, dead, fleet) => {
    const rollback = atOnce(({ settings }, rolloutId) => ({ ...settings, mode: 'rollback', rolloutId }))
    const { reason } = await rollback(world, dead, fleet)
    const recovered = await world.clock.run(
      world.start({ settings: { mode: 'recover' }, asker: { mainNonce: dead.nonce } }).ended,
    )
    return { ...recovered, reason: `${reason}; ${recovered.reason}` }
  },
}
