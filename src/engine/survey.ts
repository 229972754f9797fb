import type { Snapshot } from '../domain/fleet.ts'
import { fleetOf, isServerHealthy } from '../domain/fleet.ts'
import { isGone } from '../domain/holder.ts'
import type { Entries, Owner } from '../domain/journal.ts'
import { unfinishedIn } from '../domain/journal.ts'
import { observation } from './observation.ts'
import { observe } from './observe.ts'
import { observeAutoScaling } from './observe-auto-scaling.ts'
import { persistent, persistentRouting, persistentStore } from './persist.ts'
import { withPlaces } from './places.ts'
import { observeRoutes } from './routes.ts'
import type { Scene } from './scene.ts'
import { reading } from './scene.ts'

/** What is there: the load balancer is the record of what is in, the journal of what is out. */
export interface Survey {
  readonly snapshot: Snapshot
  readonly entries: Entries
}

export async function survey(scene: Scene): Promise<Survey> {
  const { ports, settings, emit, cancel } = scene
  emit({ type: 'stage-started', stage: 'Observe' })
  const loadBalancer = persistent(ports.loadBalancer, reading(scene))
  const observed = await observe(loadBalancer, settings.targetGroupArns, cancel)
  const entries = await readEntries(scene, observed)
  const placed = await withPlaces(scene, observed, entries)
  emit({ type: 'observed', ...observation(placed, entries) })
  await askForHolder(scene, entries)
  const autoScaling = await observeAutoScaling(scene, observed, entries)
  const snapshot = autoScaling === undefined ? placed : { ...placed, autoScaling }
  if (!needsRoutes(scene, entries)) return { snapshot, entries }
  const routing = await observeRoutes(
    persistentRouting(ports.routing, reading(scene)),
    { snapshot, entries },
    cancel,
  )
  return { entries, snapshot: { ...snapshot, routing } }
}

/** A deploy says how it goes about it; what went before is known by what is written. */
function needsRoutes({ settings, strategies }: Scene, entries: Entries): boolean {
  const written = settings.mode === 'deploy' ? unfinishedIn(entries) : entries.out
  return [settings.strategy, written?.strategy ?? ''].some((name) => strategies[name]?.reads === 'routes')
}

/** Groups that do not exist have none; that they are unknown is a problem of its own. */
async function readEntries(scene: Scene, { groups }: Snapshot): Promise<Entries> {
  const { ports, cancel } = scene
  const arns = groups.map((group) => group.arn)
  if (arns.length === 0) return { owners: [], ledgers: new Map(), unreadable: [] }
  return persistentStore(ports.store, reading(scene)).read(arns, cancel)
}

/** Somebody else who may still change things. */
export function holderIn({ owners }: Entries, { asker, ports }: Scene): Owner | undefined {
  return owners.find((owner) => owner.nonce !== asker.nonce && !isGone(owner, asker, ports.clock.now()))
}

/** Somebody seems to be there; GitHub may know that the run has been over for long, as after a lost runner. */
async function askForHolder(scene: Scene, entries: Entries): Promise<void> {
  const holder = holderIn(entries, scene)
  if (holder?.job === undefined || scene.ports.runs === undefined) return
  if (await scene.ports.runs.hasCompleted(holder.job.runId, scene.cancel))
    scene.asker.completed.add(holder.nonce)
}

/** Groups that were not asked for, and that a rollout which did not end is about. */
export function unlistedGroups({ settings }: Scene, { entries }: Survey): string[] {
  const { servers = [], shift, autoScaling } = entries.out ?? {}
  const registrations = servers.flatMap((server) => server.registrations)
  const pair = shift === undefined || shift.state === 'ended' ? [] : [shift.blue, shift.green]
  const others = autoScaling?.targetGroupArns ?? []
  const arns = new Set([...registrations.map(({ groupArn }) => groupArn), ...pair, ...others])
  return [...arns].filter((arn) => !settings.targetGroupArns.includes(arn))
}

export function healthyIn(snapshot: Snapshot): ReadonlySet<string> {
  const { servers } = fleetOf(snapshot)
  return new Set(servers.filter((server) => isServerHealthy(server, snapshot.health)).map(({ id }) => id))
}
