import * as core from '@actions/core'
import { deploymentView } from './action/deployment.ts'
import { readInputs } from './action/inputs.ts'
import { forRecovery, WITHIN_MS } from './action/post-settings.ts'
import { type ActionProcess, thisProcess } from './action/process.ts'
import { Reporter, reportFacts } from './action/reporter.ts'
import { type SavedState, savedState } from './action/state.ts'
import { endMain, modes, outsideOf, strategies, wire } from './action/wire.ts'
import { explain, messageOf } from './domain/errors.ts'
import type { Event } from './domain/events.ts'
import type { Conclusion, Stop } from './domain/outcome.ts'
import { jsonText } from './summary/json.ts'
import { markdown } from './summary/markdown.ts'

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
  const reporter = new Reporter({ ...self, summarize: markdown, json: jsonText, facts })
  const deployment = deploymentView(self, {
    mode: 'recover',
    rolloutId: left.rolloutId,
    ...(facts.workflow && { workflow: facts.workflow }),
  })
  const emit = (event: Event) => {
    reporter.note(event)
    // One that has ended has been told of.
    if (!hasEnded) deployment.note(event)
  }
  const conclusion = await finish(self, left, emit).catch(unexpected)
  emit({ type: 'ended', at: Date.now(), ...conclusion })
  reporter.finish()
  await deployment.finish()
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
  const outside = outsideOf(settings, wiring)
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
      stillUpdating: await endMain(left, { ...self, outside }, limit.signal),
      ports: await wire(outside, wiring),
    })
  } finally {
    clearTimeout(timer)
    // Whatever still asks for what nobody needs any more ends with it.
    limit.abort(stop)
  }
}

const unexpected = (error: unknown): Conclusion => ({
  outcome: 'failed',
  reason: `the post step could not put right what is left: ${explain(error)}; run mode: recover`,
})
