import type { Server } from '../../src/domain/fleet.ts'
import type { ServerContext } from '../../src/domain/ports.ts'
import type { ShellUpdaterOptions } from '../../src/updaters/shell.ts'
import type { Place } from './place.ts'
import { realClock } from './real-clock.ts'

export const CONTEXT: ServerContext = { direction: 'forward', version: 'v2', batch: 1, batches: 1 }

export function optionsAt(
  place: Place,
  script: string,
  changes: Partial<ShellUpdaterOptions> = {},
): ShellUpdaterOptions {
  return {
    script,
    workingDirectory: place.directory,
    tempDirectory: place.temp,
    facts: {
      rolloutId: 'r-1',
      mode: 'deploy',
      strategy: 'in-place',
      groups: [{ arn: 'arn:web', name: 'web' }],
      processEnv: place.environment,
    },
    clock: realClock,
    timeoutMs: 60_000,
    graces: { termMs: 10_000, abortMs: 10_000, strayMs: 100 },
    ...changes,
  }
}

export const server = (id: string): Server => ({
  id,
  registrations: [{ groupArn: 'arn:web', target: { id, port: 80 } }],
})

export const fleet = (count: number) => Array.from({ length: count }, (_, index) => server(`s${index}`))

export const never = new AbortController().signal
