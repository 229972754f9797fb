/** How a command goes on one node, as the caller of the simulator wants it. Times are milliseconds. */
export interface Course {
  /** Until the agent has it and begins; `never`: the agent is away. */
  readonly deliveryMs?: number | 'never'
  /** What is shown until then. */
  readonly waitsAs?: 'Pending' | 'InProgress' | 'Delayed'
  /** It is not delivered, and this is how it ends in place of a delivery. */
  readonly refused?: Refusal
  /** How long it runs; `forever`: until somebody ends it; `lost`: the agent is not heard of any more. */
  readonly runMs?: number | 'forever' | 'lost'
  /** How long a script runs in truth whose agent is not heard of; by default until its execution timeout. */
  readonly unheardMs?: number
  readonly exitCode?: number
  readonly stdout?: string
  readonly stderr?: string
  /** From CancelCommand until the agent has ended it and says so; `never`: it does not. */
  readonly cancelMs?: number | 'never'
  /** Runs something in place of `runMs`, `exitCode`, `stdout` and `stderr`. It is to end at once when `stop` aborts. */
  readonly execute?: (stop: AbortSignal) => Promise<Executed>
}

/** How a script has ended, and what it has printed until then. */
export interface Executed {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export type Refusal =
  | 'Undeliverable'
  | 'AccessDenied'
  | 'InvalidPlatform'
  | 'Terminated'
  | 'DeliveryTimedOut'
  /** The status says that it failed, and there is no plugin with an exit code. */
  | 'Failed'

/** What really happens on a node, whoever hears of it. */
export interface ScriptEvent {
  readonly type: 'script'
  readonly at: number
  readonly what: 'begins' | 'ends'
  readonly instanceId: string
  readonly commandId: string
  /** 137: it was killed. Of an end. */
  readonly exitCode?: number
}

/** What it is decided by. */
export interface Occasion {
  readonly instanceId: string
  readonly commandId: string
  readonly documentName: string
  readonly parameters: Readonly<Record<string, readonly string[]>>
}

export type Run = (occasion: Occasion) => Course
