import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import * as core from '@actions/core'
import type { RunnerJob } from '../domain/journal.ts'
import { createConsole, type RolloutConsole } from './console.ts'
import { newRolloutId } from './rollout-id.ts'
import { systemClock } from './system-clock.ts'
import { runnerJob } from './workflow.ts'

/** This process, as the runner started it. */
export interface ActionProcess {
  readonly startedAt: number
  /** Of a rollout that would begin now. */
  readonly rolloutId: string
  /** New in every process: who may change the target groups is known by it. */
  readonly nonce: string
  readonly job?: RunnerJob
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly tempDirectory: string
  readonly workspace: string
  readonly console: RolloutConsole
  readonly input: (name: string) => string
}

export function thisProcess(): ActionProcess {
  const environment = process.env
  const startedAt = Date.now()
  const job = runnerJob(environment)
  return {
    startedAt,
    environment,
    rolloutId: newRolloutId(startedAt, Math.random, {
      id: environment.GITHUB_RUN_ID ?? '',
      attempt: environment.GITHUB_RUN_ATTEMPT ?? '',
    }),
    nonce: randomBytes(8).toString('hex'),
    ...(job === undefined ? {} : { job }),
    tempDirectory: environment.RUNNER_TEMP || tmpdir(),
    workspace: environment.GITHUB_WORKSPACE || process.cwd(),
    console: createConsole({
      write: (text) => process.stdout.write(text),
      token: randomBytes(16).toString('hex'),
      startedAt,
      clock: systemClock,
    }),
    input: (name) => core.getInput(name),
  }
}
