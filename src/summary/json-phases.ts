import type { PhaseReport, ServerReport, StepReport, VerdictReport } from '../domain/report.ts'
import { isoTime } from './iso-time.ts'
import type { JsonPhase, JsonServer, JsonStep, JsonVerdict } from './json-shape.ts'
import { hyphenated, percentIf, seconds, secondsIf } from './json-units.ts'

export function jsonPhase(phase: PhaseReport): JsonPhase {
  const { kind, direction, version, batch, batches, areNewcomers, startedAt, endedAt } = phase
  return {
    ...{ kind, direction, version, batch, batches },
    ...(areNewcomers === true ? { areNewcomers } : {}),
    greenPercent: percentIf(phase.share),
    startedAt: isoTime(startedAt),
    endedAt: endedAt === undefined ? undefined : isoTime(endedAt),
    durationSeconds: endedAt === undefined ? undefined : seconds(endedAt - startedAt),
    stoppedBy: phase.stoppedBy,
    failure: phase.failure,
    steps: phase.steps.map(jsonStep),
    servers: phase.servers.map(jsonServer),
  }
}

const jsonStep = ({ kind, servers, startedAt, endedAt, end }: StepReport): JsonStep => ({
  ...{ kind, servers, startedAt: isoTime(startedAt) },
  durationSeconds: endedAt === undefined ? undefined : seconds(endedAt - startedAt),
  end: end === undefined ? undefined : hyphenated(end),
})

const jsonServer = ({ id, drainedBy, failedIn, ...server }: ServerReport): JsonServer => ({
  id,
  inService: server.isInService,
  drainSeconds: secondsIf(server.drainMs),
  ...(drainedBy === undefined ? {} : { drainedBy }),
  updateSeconds: secondsIf(server.updateMs),
  smokeTest: server.smoke === 'passed' ? 'pass' : server.smoke,
  healthyAfterSeconds: secondsIf(server.healthMs),
  stayedHealthySeconds: secondsIf(server.heldMs),
  ...(failedIn === undefined ? {} : { failedIn }),
  failure: server.failure,
  lastLines: server.tail,
  remark: server.remark,
})

export const jsonVerdict = ({ at, ...verdict }: VerdictReport): JsonVerdict => ({
  ...verdict,
  at: isoTime(at),
})
