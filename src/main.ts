import * as core from '@actions/core'
import { cancelOnSignal } from './action/cancel.ts'
import { deploymentView } from './action/deployment.ts'
import { readInputs } from './action/inputs.ts'
import { type ActionProcess, thisProcess } from './action/process.ts'
import { publishOutputs } from './action/publish.ts'
import { Reporter, reportFacts } from './action/reporter.ts'
import { stateSaver } from './action/state.ts'
import { modes, outsideOf, strategies, wire } from './action/wire.ts'
import { explain, messageOf } from './domain/errors.ts'
import type { Event } from './domain/events.ts'
import type { Conclusion } from './domain/outcome.ts'
import { refusal } from './domain/outcome.ts'
import { jsonText } from './summary/json.ts'
import { markdown } from './summary/markdown.ts'

/** The step itself. Never rejects. */
export function main(): Promise<void> {
  const cancel = cancelOnSignal()
  const self = thisProcess()
  return rollOut(self, cancel).catch((error) => {
    self.console.close()
    core.setFailed(messageOf(error))
  })
}

/** Inputs, rollout, report: in this order, whatever happens. */
async function rollOut(self: ActionProcess, cancel: AbortSignal): Promise<void> {
  publishOutputs({ 'rollout-id': self.rolloutId })
  const facts = await reportFacts(self)
  const reporter = new Reporter({ ...self, summarize: markdown, json: jsonText, facts })
  const { mode, workflow } = facts
  const deployment = deploymentView(self, { mode, cancel, ...(workflow && { workflow }) })
  const saveState = stateSaver(self.rolloutId, self.nonce, (text) => self.console.annotate('warning', text))
  const note = (event: Event) => {
    saveState(event)
    reporter.note(event)
    deployment.note(event)
  }
  const conclusion = await run(self, { emit: note, cancel }).catch(unexpected)
  note({ type: 'ended', at: Date.now(), ...conclusion })
  process.exitCode = reporter.finish() ? 0 : 1
  await deployment.finish()
  self.console.close()
}

async function run(
  self: ActionProcess,
  { emit, cancel }: { readonly emit: (event: Event) => void; readonly cancel: AbortSignal },
): Promise<Conclusion> {
  emit({ type: 'stage-started', stage: 'Inputs', at: Date.now() })
  const inputs = readInputs(self.input, self)
  if ('problems' in inputs) {
    emit({ type: 'refused', problems: inputs.problems, at: Date.now() })
    return refusal(inputs.problems)
  }
  const { settings } = inputs
  const { rolloutId, nonce, job } = self
  const wiring = { ...self, mask: self.console.mask }
  return modes[settings.mode]({
    settings,
    strategies,
    rolloutId,
    emit,
    cancel,
    asker: { nonce, mode: settings.mode, ...(job === undefined ? {} : { job }) },
    ports: await wire(outsideOf(settings, wiring), wiring),
  })
}

const unexpected = (error: unknown): Conclusion => ({
  outcome: 'failed',
  reason: `an error that nobody expected: ${explain(error)}; look at the targets of the group: some may be out`,
})
