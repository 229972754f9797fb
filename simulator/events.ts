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

export type SimulatorEvent = CallEvent | StateEvent
