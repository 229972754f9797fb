import type { Clock } from '../domain/ports.ts'
import { isSessionGone, signalSession } from './session.ts'

/** How long processes are given at each stage of their ending. */
export interface Graces {
  /** Between SIGTERM and SIGKILL. */
  readonly termMs: number
  /** The same after an abort: a cancelled step has 7.5 s in all. */
  readonly abortMs: number
  /** What the script left running when it ended, before SIGTERM. */
  readonly strayMs: number
  /** After SIGKILL, until we say that it could not be ended. */
  readonly killMs: number
}

export const DEFAULT_GRACES: Graces = { termMs: 5_000, abortMs: 2_000, strayMs: 1_000, killMs: 3_000 }

export interface EndingOptions {
  readonly clock: Clock
  readonly graces: Graces
  /** When it is aborted, now or meanwhile, the graces are short. */
  readonly signal: AbortSignal
}

/** The last signal that was sent, and whether nothing of the session is left. */
export interface Ending {
  readonly by: 'SIGTERM' | 'SIGKILL'
  readonly ended: boolean
}

/** Ends all processes of the session: SIGTERM, a grace, SIGKILL. */
export async function endSession(leader: number, options: EndingOptions): Promise<Ending> {
  const { clock, graces, signal } = options
  await signalSession(leader, 'SIGTERM')
  const limitMs = () => (signal.aborted ? graces.abortMs : graces.termMs)
  if (await awaitGone(leader, { clock, limitMs })) return { by: 'SIGTERM', ended: true }
  const kill = () => signalSession(leader, 'SIGKILL')
  const ended = await awaitGone(leader, { clock, limitMs: () => graces.killMs, whileLive: kill })
  return { by: 'SIGKILL', ended }
}

/** Ends what a script has left running. Undefined when that was nothing, or ended by itself in time. */
export async function endStrays(leader: number, options: EndingOptions): Promise<Ending | undefined> {
  const { clock, graces, signal } = options
  const limitMs = () => (signal.aborted ? 0 : graces.strayMs)
  if (await awaitGone(leader, { clock, limitMs })) return undefined
  return endSession(leader, options)
}

interface Wait {
  readonly clock: Clock
  /** Asked anew at every look: an abort shortens it. */
  readonly limitMs: () => number
  readonly whileLive?: () => Promise<void>
}

async function awaitGone(leader: number, { clock, limitMs, whileLive }: Wait): Promise<boolean> {
  const start = clock.now()
  for (let pauseMs = 5; !(await isSessionGone(leader)); pauseMs = Math.min(2 * pauseMs, 100)) {
    await whileLive?.()
    const leftMs = start + limitMs() - clock.now()
    if (leftMs <= 0) return false
    await clock.sleep(Math.min(pauseMs, leftMs))
  }
  return true
}
