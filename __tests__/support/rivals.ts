import type { Faults } from '../../simulator/options.ts'
import type { Conclusion } from '../../src/domain/outcome.ts'
import { tagsOf } from './disasters.ts'
import { NEW, type Process, type ProcessOptions, World } from './world.ts'

const CHANGES = new Set(['DeregisterTargets', 'RegisterTargets'])

const changesOf = (process: Process, since = 0) =>
  process.life.calls.filter(({ action, at }) => CHANGES.has(action) && at >= since)

/** As from a repository of its own: nothing but the tags is shared. */
export const repository = (runId: string): ProcessOptions => ({
  asker: { job: { runId, attempt: '1', job: 'rollout' } },
})

/** Two rollouts that begin this far apart; answers what is wrong, and whether one of them got through. */
export async function race(
  apartMs: number,
  faults: Partial<Faults>,
): Promise<{ wrong: string[]; through: boolean }> {
  const world = new World({ servers: 2, faults })
  const first = world.start({ ...repository('1'), settings: { version: 'a' } })
  const second = world.clock
    .sleep(apartMs)
    .then(() => world.start({ ...repository('2'), settings: { version: 'b' } }))
  const both = Promise.all([first.ended, second.then((process) => process.ended)])
  const outcomes = (await world.clock.run(both)).map(({ outcome }) => outcome)
  const changed = [first, await second].filter((process) => changesOf(process).length > 0)
  const wrong = [
    ...(changed.length > 1 ? ['both changed something'] : []),
    ...(world.serving().length < 2 ? ['not all servers serve'] : []),
  ]
  return { wrong, through: outcomes.includes('succeeded') }
}

type Rescue = (world: World, old: Process) => Promise<Conclusion>

/** Who comes while a process sleeps that is believed to be dead. */
export const RESCUERS: Readonly<Record<string, Rescue>> = {
  'its own post step': (world, { rolloutId, nonce }) =>
    world.start({ settings: { mode: 'recover' }, rolloutId, asker: { mainNonce: nonce } }).ended,
  recover: (world) => world.start({ settings: { mode: 'recover' } }).ended,
  'another deploy': (world) => world.clock.sleep(6 * 3600_000).then(() => world.start().ended),
}

/** A process that falls asleep at this time, and wakes up after the rescue; undefined when it has ended before. */
export async function wakeUp(atMs: number, rescue: Rescue): Promise<string[] | undefined> {
  const world = new World({ servers: 2, targetType: 'instance' })
  const old = world.start()
  if (await endsWithin(world, old.ended, atMs)) return undefined
  old.life.suspend()
  await world.clock.run(rescue(world, old))
  const since = world.clock.now()
  old.life.resume()
  const { outcome } = await world.clock.run(old.ended)
  return [
    ...changesOf(old, since).map(({ action }) => `it made a call of ${action}`),
    ...(['interrupted', 'refused'].includes(outcome) ? [] : [`it ended as ${outcome}`]),
    ...(world.serving().length < 2 ? ['not all servers serve'] : []),
  ]
}

/** A rollout whose tags infrastructure code removes at this time; undefined when it has ended before. */
export async function loseTags(atMs: number): Promise<string[] | undefined> {
  const world = new World({ servers: 2 })
  const { ended } = world.start()
  if (await endsWithin(world, ended, atMs)) return undefined
  for (const arn of world.groupArns) {
    const TagKeys = Object.keys(world.simulator.tags(arn))
    if (TagKeys.length === 0) continue
    await world.clock.run(world.simulator.call('RemoveTags', { ResourceArns: [arn], TagKeys }))
  }
  const { outcome } = await world.clock.run(ended)
  const ledger = Object.keys(world.simulator.tags(world.groupArns[0] as string))
  return [
    ...(outcome === 'succeeded' ? [] : [`it ended as ${outcome}`]),
    ...(world.versions().every((version) => version === NEW) ? [] : ['not all servers run the new version']),
    ...tagsOf(world).map((key) => `${key} is left on the groups`),
    ...(ledger.length > 0 ? [] : ['the ledger is missing']),
  ]
}

async function endsWithin(world: World, ended: Promise<unknown>, ms: number): Promise<boolean> {
  let isOver = false
  void ended.then(() => {
    isOver = true
  })
  await world.clock.advance(ms)
  return isOver
}
