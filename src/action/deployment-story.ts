import type { Event } from '../domain/events.ts'
import type { Outcome } from '../domain/outcome.ts'
import { withoutArns } from '../domain/outcome.ts'
import { printable } from '../domain/printable.ts'
import type { Share } from '../domain/traffic.ts'
import { showShare } from '../domain/traffic.ts'
import { plural } from '../domain/wording.ts'
import type { DeploymentPayload, DeploymentStatus } from './deployment-calls.ts'

type EventOf<T extends Event['type']> = Extract<Event, { readonly type: T }>

/** What is to be said of a rollout's deployment. */
export interface Telling {
  readonly rolloutId: string
  readonly status: DeploymentStatus
  /** It is created with this where it does not exist; absent: what does not exist stays so. */
  readonly creation?: DeploymentPayload
  /** `replaces`: the one before is over. `undone`: the one of this version, before it, serves again. */
  readonly next?: { readonly kind: 'replaces' | 'undone'; readonly version: string }
}

export interface StoryFacts {
  readonly mode: string
  /** What a post step is about; others learn it. */
  readonly rolloutId?: string
}

/** What the events mean for deployments. A run that changes nothing has nothing to tell. */
export class DeploymentStory {
  readonly #facts: StoryFacts
  #groups: readonly string[] = []
  #planned: EventOf<'planned'> | undefined
  /** Of a rollout that did not end, and is put right; its share when it is held again. */
  #found: { readonly rolloutId: string; readonly base?: Share } | undefined
  #hasBegun = false

  constructor(facts: StoryFacts) {
    this.#facts = facts
  }

  tell(event: Event): Telling | undefined {
    switch (event.type) {
      case 'observed':
        this.#groups = event.groups.map(({ name }) => name)
        return undefined
      case 'planned':
        this.#planned = event
        return undefined
      case 'unfinished-found':
        return this.#find({ rolloutId: event.rolloutId })
      case 'unfinished-shift-found':
        return this.#find({ rolloutId: event.rolloutId, base: event.base })
      case 'phase-started':
        return this.#phase(event)
      case 'ended':
        return this.#end(event)
      default:
        return undefined
    }
  }

  get #rolloutId(): string | undefined {
    return this.#planned?.rolloutId ?? this.#found?.rolloutId ?? this.#facts.rolloutId
  }

  #find(found: { rolloutId: string; base?: Share }): Telling | undefined {
    this.#found = found
    // One that is held again may still be promoted.
    if (this.#facts.mode !== 'deploy' || (found.base ?? 0) > 0) return undefined
    const description = 'did not end; the next rollout puts right what it has left'
    return { rolloutId: found.rolloutId, status: { state: 'error', description } }
  }

  #phase(event: EventOf<'phase-started'>): Telling | undefined {
    const isBeforeThePlan = this.#planned === undefined && this.#facts.mode !== 'recover'
    if (isBeforeThePlan) return undefined
    this.#hasBegun = true
    return this.#telling({ state: 'in_progress', description: this.#progress(event) })
  }

  #progress(event: EventOf<'phase-started'>): string {
    if (this.#facts.mode === 'recover') return 'putting right what it has left'
    const isBack = this.#facts.mode === 'rollback' || event.direction === 'rollback'
    return `${isBack ? 'rolling back: ' : ''}${phaseText(event)}`
  }

  #end({ outcome, reason }: EventOf<'ended'>): Telling | undefined {
    const state = this.#isToBeEnded ? this.#stateAfter(outcome) : undefined
    const telling = state && this.#telling({ state, description: `${this.#prefix(outcome)}${reason}` })
    return telling && { ...telling, ...this.#after(outcome) }
  }

  get #isToBeEnded(): boolean {
    const isNamed = this.#found !== undefined || this.#facts.rolloutId !== undefined
    return this.#facts.mode === 'recover' ? isNamed : this.#hasBegun
  }

  #stateAfter(outcome: Outcome): DeploymentStatus['state'] | undefined {
    return outcome === 'succeeded' ? this.#stateAfterSuccess() : STATES[outcome]
  }

  /** What the state alone does not say. */
  #prefix(outcome: Outcome): string {
    if (outcome === 'held' || outcome === 'interrupted') return `${outcome}: `
    const isOver = this.#facts.mode === 'recover' && this.#stateAfter(outcome) === 'failure'
    return isOver ? 'did not end: ' : ''
  }

  #stateAfterSuccess(): DeploymentStatus['state'] {
    const { mode } = this.#facts
    if (mode === 'rollback') return 'inactive'
    if (mode !== 'recover') return 'success'
    return (this.#found?.base ?? 0) > 0 ? 'in_progress' : 'failure'
  }

  #after(outcome: Outcome): Pick<Telling, 'next'> {
    const { mode } = this.#facts
    if (outcome !== 'succeeded' || mode === 'recover') return {}
    const kind = mode === 'rollback' ? 'undone' : 'replaces'
    return { next: { kind, version: this.#planned?.plan.version ?? '' } }
  }

  #telling({ state, description }: DeploymentStatus): Telling | undefined {
    const rolloutId = this.#rolloutId
    if (rolloutId === undefined) return undefined
    const creation = this.#creation()
    const status = { state, description: short(description) }
    return { rolloutId, status, ...(creation === undefined ? {} : { creation }) }
  }

  /** Nobody undoes, or recovers, what was never recorded. */
  #creation(): DeploymentPayload | undefined {
    const isWayForward = this.#facts.mode === 'deploy' || this.#facts.mode === 'promote'
    if (this.#planned === undefined || !isWayForward) return undefined
    const { rolloutId, plan } = this.#planned
    return {
      rolloutId,
      version: plan.version,
      ...(plan.leaves === undefined ? {} : { previousVersion: plan.leaves }),
      strategy: plan.shift === undefined ? 'in-place' : 'blue-green',
      targetGroups: this.#groups.slice(0, MOST_GROUPS),
    }
  }
}

/** A hold goes on when it is promoted; a freeze and what could not be put right are for a person. */
const STATES = {
  held: 'in_progress',
  planned: undefined,
  'rolled-back': 'failure',
  refused: 'error',
  interrupted: 'error',
  failed: 'failure',
} as const

/** Names have 32 characters: a payload stays far below 8 KB. */
const MOST_GROUPS = 100

function phaseText({ phase, share = 0, batch, batches, servers }: EventOf<'phase-started'>): string {
  switch (phase) {
    case 'batch':
      return `batch ${batch} of ${batches}, ${plural(servers.length, 'server')}`
    case 'put-back':
      return `putting back ${plural(servers.length, 'server')}`
    case 'ready':
      return 'making green ready'
    case 'shift':
      return `shifting ${showShare(share)} of the traffic to green`
    case 'bake':
      return 'baking, with all checks on'
    case 'check':
      return 'asking the service for the version'
    case 'shift-back':
      return share === 0 ? 'all traffic goes back' : `back to ${showShare(share)} on green`
  }
}

/** GitHub refuses a longer one with 422. */
const LONGEST_DESCRIPTION = 140

export function short(text: string): string {
  const line = printable(withoutArns(text))
  if (line.length <= LONGEST_DESCRIPTION) return line
  return `${line.slice(0, LONGEST_DESCRIPTION - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
