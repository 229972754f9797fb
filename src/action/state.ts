import * as core from '@actions/core'
import { messageOf } from '../domain/errors.ts'
import type { Event } from '../domain/events.ts'
import type { Outcome } from '../domain/outcome.ts'

/** What main leaves to its post step: written before anything changes, and whenever a command begins or ends. */
export interface SavedState {
  readonly rolloutId: string
  /** Of main. */
  readonly nonce: string
  readonly pid: number
  /** How main ended; absent when it was killed. */
  readonly outcome?: Outcome
  /** Processes of Auto Scaling groups that it had suspended were not resumed, or may not have been. */
  readonly hasSuspended: boolean
  /** Handles of the commands that ran last, by server. */
  readonly commands: Readonly<Record<string, string>>
}

const KEYS = { claim: 'claim', commands: 'commands', outcome: 'outcome', suspended: 'suspended' } as const

/** Keeps the saved state as the events come. Without it the post step knows less; the rollout goes on. */
export function stateSaver(
  rolloutId: string,
  nonce: string,
  warn: (text: string) => void,
): (event: Event) => void {
  const commands = new Map<string, string>()
  const suspended = new Set<string>()
  const save = (key: string, value: string) => {
    try {
      core.saveState(key, value)
    } catch (error) {
      warn(`could not save the state for the post step: ${messageOf(error)}`)
    }
  }
  const saveCommands = () => save(KEYS.commands, JSON.stringify(Object.fromEntries(commands)))
  return (event) => {
    if (event.type === 'stage-started' && event.stage === 'Claim') {
      save(KEYS.claim, JSON.stringify({ rolloutId, nonce, pid: process.pid }))
    }
    if (event.type === 'update-started' && event.handle !== undefined) {
      commands.set(event.server, event.handle)
      saveCommands()
    }
    const hasEnded = event.type === 'update-succeeded' || (event.type === 'update-failed' && event.ended)
    if (hasEnded && commands.delete(event.server)) saveCommands()
    if (event.type === 'processes-suspended') {
      suspended.add(event.group)
      save(KEYS.suspended, [...suspended].join('\n'))
    }
    if (event.type === 'processes-resumed' && suspended.delete(event.group))
      save(KEYS.suspended, [...suspended].join('\n'))
    if (event.type === 'ended') save(KEYS.outcome, event.outcome)
  }
}

/** Undefined when main has not come as far as a claim. */
export function savedState(): SavedState | undefined {
  const claim = core.getState(KEYS.claim)
  if (claim === '') return undefined
  const { rolloutId, nonce, pid } = JSON.parse(claim) as Pick<SavedState, 'rolloutId' | 'nonce' | 'pid'>
  const outcome = core.getState(KEYS.outcome)
  return {
    rolloutId,
    nonce,
    pid,
    hasSuspended: core.getState(KEYS.suspended) !== '',
    commands: JSON.parse(core.getState(KEYS.commands) || '{}') as Record<string, string>,
    ...(outcome === '' ? {} : { outcome: outcome as Outcome }),
  }
}
