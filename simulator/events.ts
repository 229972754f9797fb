import type { Action } from './account/action.ts'
import type { State } from './account/health.ts'

export interface CallEvent {
  readonly at: number
  readonly type: 'call'
  readonly action: string
  readonly input: object
  /** The wire code; ECONNRESET when the connection was reset before the call took effect. */
  readonly error?: string
  /** The call took effect, and its answer never arrived. */
  readonly replyLost?: true
}

export interface StateEvent {
  readonly at: number
  readonly type: 'state'
  readonly groupArn: string
  readonly target: { readonly Id: string; readonly Port: number }
  readonly from: State | 'unregistered'
  readonly to: State | 'unregistered'
  readonly reason: string | undefined
}

/** Actions were set, also when they are the same as before; the data plane may come to know them later. */
export interface ActionsEvent {
  readonly at: number
  readonly type: 'actions'
  /** Of the rule, or of the listener whose default actions they are. */
  readonly arn: string
  readonly listenerArn: string
  /** All of them, as Describe shows them. */
  readonly actions: readonly Action[]
}

export type SimulatorEvent = CallEvent | StateEvent | ActionsEvent
