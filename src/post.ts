import * as core from '@actions/core'
import { readInputs } from './action/inputs.ts'
import { type ActionProcess, thisProcess } from './action/process.ts'
import { Reporter, reportFacts } from './action/reporter.ts'
import { type SavedState, savedState } from './action/state.ts'
import { endMain, modes, strategies, wire } from './action/wire.ts'
import { explain, messageOf } from './domain/errors.ts'
import type { Event } from './domain/events.ts'
import type { Conclusion, Stop } from './domain/outcome.ts'
import type { Settings } from './domain/settings.ts'
import { markdown } from './summary/markdown.ts'

/** From a cancel on, all that is left of the job has less than five minutes. */
const WITHIN_MS = 3 * 60_000

/** The post step. Never rejects. */
export function post(): Promise<void> {
  const self = thisProcess()
  return putRight(self).catch((error) => {
    self.console.close()
    core.setFailed(messageOf(error))
  })
}

/** Puts right what main has left unfinished, if anything. */
async function putRight(self: ActionProcess): Promise<void> {
  const left = savedState()
  const hasEnded = left?.outcome !== undefined && left.outcome !== 'interrupted'
  if (left === undefined || (hasEnded && !left.hasSuspended)) {
    self.console.close()
    return
  }
  const facts = { ...(await reportFacts(self)), mode: 'recover', rolloutId: left.rolloutId }
  const reporter = new Reporter({ ...self, summarize: markdown, facts })
  const emit = (event: Event) => reporter.note(event)
  const conclusion = await finish(self, left, emit).catch(unexpected)
  emit({ type: 'ended', at: Date.now(), ...conclusion })
  reporter.finish()
  self.console.close()
}

async function finish(
  self: ActionProcess,
  left: SavedState,
  emit: (event: Event) => void,
): Promise<Conclusion> {
  const inputs = readInputs(self.input, self)
  if ('problems' in inputs) throw new Error(inputs.problems.join('; '))
  const settings = forRecovery(inputs.settings)
  const { nonce, job } = self
  const remoteCommands = new Map(settings.ssm === undefined ? [] : Object.entries(left.commands))
  const wiring = { ...self, rolloutId: left.rolloutId, remoteCommands, mask: self.console.mask }
  const limit = new AbortController()
  const stop: Stop = {
    cause: 'timeout',
    reason: 'the post step had no time left; run mode: recover for the rest',
  }
  const timer = setTimeout(() => limit.abort(stop), WITHIN_MS)
  try {
    return await modes.recover({
      settings,
      strategies,
      emit,
      rolloutId: left.rolloutId,
      cancel: limit.signal,
      asker: { nonce, mode: 'recover', mainNonce: left.nonce, ...(job === undefined ? {} : { job }) },
      stillUpdating: await endMain(left, settings, wiring, limit.signal),
      ports: await wire(settings, wiring),
    })
  } finally {
    clearTimeout(timer)
    // Whatever still asks for what nobody needs any more ends with it.
    limit.abort(stop)
  }
}

/** Whatever main was about: what it has left is put right. */
const forRecovery = ({ rolloutId: _, ...settings }: Settings): Settings => ({
  ...settings,
  mode: 'recover',
  dryRun: false,
  healthTimeoutMs: Math.min(settings.healthTimeoutMs, WITHIN_MS - 30_000),
})

const unexpected = (error: unknown): Conclusion => ({
  outcome: 'failed',
  reason: `the post step could not put right what is left: ${explain(error)}; run mode: recover`,
})
