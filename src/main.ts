import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import * as core from '@actions/core'
import { cancelOnSignal } from './action/cancel.ts'
import { createConsole } from './action/console.ts'
import { readInputs } from './action/inputs.ts'
import { publishOutputs } from './action/publish.ts'
import { Reporter } from './action/reporter.ts'
import { newRolloutId } from './action/rollout-id.ts'
import { strategies, wire } from './action/wire.ts'
import { workflowFacts } from './action/workflow.ts'
import { messageOf } from './domain/errors.ts'
import type { Conclusion } from './domain/outcome.ts'
import { refusal } from './domain/outcome.ts'
import { deploy } from './engine/deploy.ts'
import { markdown } from './summary/markdown.ts'

const environment = process.env
const tempDirectory = environment.RUNNER_TEMP || tmpdir()
const startedAt = Date.now()
const rolloutId = newRolloutId(startedAt, Math.random, {
  id: environment.GITHUB_RUN_ID ?? '',
  attempt: environment.GITHUB_RUN_ATTEMPT ?? '',
})
const cancel = cancelOnSignal()

/** Inputs, rollout, report: in this order, whatever happens. */
async function main(): Promise<void> {
  const console = createConsole({
    write: (text) => process.stdout.write(text),
    token: randomBytes(16).toString('hex'),
    startedAt,
  })
  publishOutputs({ 'rollout-id': rolloutId })
  const workflow = await workflowFacts(environment)
  const previousVersion = core.getInput('previous-version')
  const reporter = new Reporter({
    console,
    summarize: markdown,
    destinations: { summaryPath: environment.GITHUB_STEP_SUMMARY, tempDirectory },
    facts: {
      rolloutId,
      startedAt,
      strategy: core.getInput('strategy'),
      version: core.getInput('version'),
      targetGroupArns: core.getInput('target-group-arns').split(/[\s,]+/),
      ...(previousVersion === '' ? {} : { previousVersion }),
      ...(workflow === undefined ? {} : { workflow }),
    },
  })
  const conclusion = await rollOut(reporter, console.mask).catch(unexpected)
  reporter.note({ type: 'ended', at: Date.now(), ...conclusion })
  process.exitCode = reporter.finish() ? 0 : 1
  console.close()
}

async function rollOut(reporter: Reporter, mask: (secret: string) => void): Promise<Conclusion> {
  reporter.note({ type: 'stage-started', stage: 'Inputs', at: Date.now() })
  const workspace = environment.GITHUB_WORKSPACE || process.cwd()
  const inputs = readInputs((name) => core.getInput(name), { workspace })
  if ('problems' in inputs) {
    reporter.note({ type: 'refused', problems: inputs.problems, at: Date.now() })
    return refusal(inputs.problems)
  }
  const { settings } = inputs
  return deploy({
    settings,
    cancel,
    strategy: strategies[settings.strategy],
    ports: wire(settings, { rolloutId, tempDirectory, environment, mask }),
    emit: (event) => reporter.note(event),
  })
}

const unexpected = (error: unknown): Conclusion => ({
  outcome: 'failed',
  reason: `an error that nobody expected: ${messageOf(error)}; look at the targets of the group: some may be out`,
})

main().catch((error) => core.setFailed(messageOf(error)))
