import { ApiError, explain } from '../domain/errors.ts'
import type { Snapshot } from '../domain/fleet.ts'
import type { Entries } from '../domain/journal.ts'
import type { Instances } from '../domain/ports.ts'
import type { Settings } from '../domain/settings.ts'
import { asksForAddress, updatesServers } from '../domain/settings.ts'
import { whatToUndo } from '../domain/undo.ts'
import { within } from '../domain/within.ts'
import { duration } from '../domain/wording.ts'
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
  const { instances } = scene.ports
  const ids = instancesIn(snapshot, entries)
  const use = useOf(scene, snapshot, entries)
  if (instances === undefined || ids.length === 0 || use === 'none') return snapshot
  try {
    const ask = use === 'needed' ? askUntilAnswered : askBriefly
    return { ...snapshot, places: await ask(scene, { instances, ids }) }
  } catch (error) {
    scene.cancel.throwIfAborted()
    if (!(error instanceof ApiError)) throw error
    const reason = explain(error)
    if (use === 'good to know') tell(scene, reason)
    return { ...snapshot, placesUnknown: reason }
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
function instancesIn({ groups, health }: Snapshot, { out }: Entries): string[] {
  const registered = groups
    .filter(({ targetType }) => targetType === 'instance')
    .flatMap(({ arn }) => (health.get(arn) ?? []).map(({ target }) => target.id))
  if (registered.length === 0) return []
  const left = out?.servers.map(({ id }) => id) ?? []
  return [...new Set([...registered, ...left])]
}

/** A recovery puts back what is out, wherever it is; a shift back moves weights. */
function useOf(
  { settings }: Scene,
  { groups }: Snapshot,
  entries: Entries,
): 'needed' | 'good to know' | 'none' {
  const { mode } = settings
  const isInPlace = strategyOf(settings, entries) === 'in-place'
  const isZonal = groups.some(({ crossZone }) => crossZone === 'off')
  if (mode === 'recover') return 'none'
  if (mode === 'rollback' && !isInPlace) return isZonal ? 'good to know' : 'none'
  if (isZonal || asksForAddress(settings)) return 'needed'
  return isInPlace || (mode === 'deploy' && updatesServers(settings)) ? 'good to know' : 'none'
}

/** Of a rollback: that of the rollout which it undoes. */
function strategyOf({ mode, strategy, rolloutId = '' }: Settings, entries: Entries): string {
  if (mode !== 'rollback') return strategy
  const undo = whatToUndo(rolloutId, entries)
  return (undo.kind === 'undo' ? undo.strategy : undefined) ?? 'in-place'
}

interface Question {
  readonly instances: Instances
  readonly ids: readonly string[]
}

const askUntilAnswered = (scene: Scene, { instances, ids }: Question) =>
  persist(() => instances.describePlaces(ids, scene.cancel), { ...reading(scene), signal: scene.cancel })

function askBriefly({ ports, cancel }: Scene, { instances, ids }: Question) {
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
