import { ApiError, explain } from '../domain/errors.ts'
import type { Place, Snapshot } from '../domain/fleet.ts'
import { instanceIds } from '../domain/fleet.ts'
import type { Entries } from '../domain/journal.ts'
import type { Instances } from '../domain/ports.ts'
import type { Settings } from '../domain/settings.ts'
import { asksForAddress, updatesServers } from '../domain/settings.ts'
import { whatToUndo } from '../domain/undo.ts'
import { within } from '../domain/within.ts'
import { duration } from '../domain/wording.ts'
import { isZonal } from '../domain/zones.ts'
import { persist } from './persist.ts'
import type { Scene } from './scene.ts'
import { reading } from './scene.ts'

/** When it is only good to know: a runner may not reach EC2 at all. */
const PATIENCE_MS = 5_000

/**
 * Where the instances are. Without it no zone is safe where cross-zone balancing is off, and no address can be asked; else
 * it only spreads batches and tells commands, and nothing waits for it.
 */
export async function withPlaces(scene: Scene, snapshot: Snapshot, entries: Entries): Promise<Snapshot> {
  const ids = instancesIn(snapshot, entries)
  const use = useOf(scene, snapshot, entries)
  return { ...snapshot, ...(await askPlaces(scene, { ids, use, signal: scene.cancel })) }
}

/** The same for instances that have appeared since, which are about to be updated; nobody waits for that for long. */
export async function placesOfArrivals(
  scene: Scene,
  snapshot: Snapshot,
  { ids, signal }: Omit<Question, 'use'>,
): Promise<PlacesOfArrivals> {
  const { places = new Map(), placesUnknown } = await askPlaces(scene, { ids, use: 'good to know', signal })
  if (!isNeeded(scene, snapshot)) return { places, missing: new Map() }
  const why = `where it is must be known: ${placesUnknown ?? 'EC2 does not show it yet'}`
  return { places, missing: new Map(ids.filter((id) => !places.has(id)).map((id) => [id, why])) }
}

interface PlacesOfArrivals {
  readonly places: ReadonlyMap<string, Place>
  /** Those that cannot be updated, since nobody knows where they are; with the reason. */
  readonly missing: ReadonlyMap<string, string>
}

type Use = 'needed' | 'good to know' | 'none'
type Places = Pick<Snapshot, 'places' | 'placesUnknown'>

interface Question {
  readonly ids: readonly string[]
  readonly use: Use
  readonly signal: AbortSignal
}

async function askPlaces(scene: Scene, { ids, use, signal }: Question): Promise<Places> {
  const { instances } = scene.ports
  if (instances === undefined || ids.length === 0 || use === 'none') return {}
  try {
    const ask = use === 'needed' ? askUntilAnswered : askBriefly
    return { places: await ask(scene, { instances, ids, signal }) }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof ApiError)) throw error
    const reason = explain(error)
    if (use === 'good to know') tell(scene, reason)
    return { placesUnknown: reason }
  }
}

/** Not worth a warning, unless a command is about to miss it. */
function tell({ settings, emit }: Scene, reason: string): void {
  const scripts = [
    settings.updateCommand,
    settings.drainedCommand,
    ...(settings.ssm?.parameters.commands ?? []),
  ]
  const [missed] = scripts.flatMap((script) => script?.match(/ROLLOUT_TARGET_(IP|ZONE)/)?.[0] ?? [])
  if (missed === undefined) emit({ type: 'places-unknown', reason })
  else emit({ type: 'warned', text: `a command uses ${missed}, which is not set for instances: ${reason}` })
}

/** Registered ones, and those that a rollout has left out. */
function instancesIn(snapshot: Snapshot, { out }: Entries): string[] {
  const registered = instanceIds(snapshot)
  if (registered.length === 0) return []
  const left = out?.servers.map(({ id }) => id) ?? []
  return [...new Set([...registered, ...left])]
}

/** A recovery puts back what is out, wherever it is; a shift back moves weights. */
function useOf(scene: Scene, snapshot: Snapshot, entries: Entries): Use {
  const { settings } = scene
  const { mode } = settings
  const isInPlace = strategyOf(settings, entries) === 'in-place'
  if (mode === 'recover') return 'none'
  if (mode === 'rollback' && !isInPlace) return isZonal(snapshot) ? 'good to know' : 'none'
  if (isNeeded(scene, snapshot)) return 'needed'
  return isInPlace || (mode === 'deploy' && updatesServers(settings)) ? 'good to know' : 'none'
}

const isNeeded = ({ settings }: Scene, snapshot: Snapshot): boolean =>
  isZonal(snapshot) || asksForAddress(settings)

/** Of a rollback: that of the rollout which it undoes. */
function strategyOf({ mode, strategy, rolloutId = '' }: Settings, entries: Entries): string {
  if (mode !== 'rollback') return strategy
  const undo = whatToUndo(rolloutId, entries)
  return (undo.kind === 'undo' ? undo.strategy : undefined) ?? 'in-place'
}

type Asking = Omit<Question, 'use'> & { readonly instances: Instances }

const askUntilAnswered = (scene: Scene, { instances, ids, signal }: Asking) =>
  persist(() => instances.describePlaces(ids, signal), { ...reading(scene), signal })

function askBriefly({ ports }: Scene, { instances, ids, signal: cancel }: Asking) {
  const reason = new ApiError({
    ...{ failure: 'transient', permission: 'ec2:DescribeInstances', code: 'TimeoutError' },
    message: `DescribeInstances: no answer within ${duration(PATIENCE_MS)}`,
  })
  return within(ports.clock, { ms: PATIENCE_MS, reason }, async (late) => {
    const signal = AbortSignal.any([late, cancel])
    try {
      return await instances.describePlaces(ids, signal)
    } catch (error) {
      // Whatever the SDK has made of it.
      throw signal.aborted ? signal.reason : error
    }
  })
}
