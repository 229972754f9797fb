import { expect, test } from '@jest/globals'
import { failuresIn } from '../../demo/load.ts'
import { OLD, type Rollout, rollOut, step } from '../../demo/rehearsal.ts'
import { RunnerLog } from '../action/runner-log.ts'
import { allIn, PATIENCE_MS, writesIn } from './expected.ts'

function errorsOf({ result }: Rollout): string[] {
  const commands = RunnerLog.of(result.stdout).commands
  return commands.filter(({ name }) => name === 'error').map(({ data }) => data)
}

function expectNothingChanged(rollout: Rollout): void {
  expect(writesIn(rollout.calls)).toEqual([])
  expect(rollout).toMatchObject(allIn(4, OLD))
  expect(failuresIn(rollout.counts)).toEqual([])
}

test.concurrent(
  'bad inputs: all of them are named, and nothing is asked of AWS',
  async () => {
    const rollout = await rollOut(
      { servers: 4 },
      step({
        mode: 'destroy',
        'dry-run': 'maybe',
        version: '',
        'target-group-arns': 'arn:aws:s3:::bucket',
        'batch-size': '0',
        'update-timeout': '5 parsecs',
        'on-failure': 'shrug',
      }),
    )
    expectNothingChanged(rollout)
    expect(rollout.calls).toEqual({})
    expect(rollout.result).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused' } })
    const told = [
      /mode is .destroy./,
      /dry-run is .maybe./,
      /version is empty/,
      /target-group-arns is .arn:aws:s3:::bucket./,
      /batch-size is .0./,
      /update-timeout is .5 parsecs./,
      /on-failure is .shrug./,
    ]
    for (const problem of told) {
      expect(rollout.result.stdout).toMatch(problem)
    }
    expect(rollout.result.summary).toMatch(/^## ⛔ Refused: /)
    expect(rollout.result.summary.match(/^- /gm)).toHaveLength(told.length)
    expect(errorsOf(rollout)).toHaveLength(1)
    expect(rollout.result.outputs['rollout-id']).not.toBe('')
  },
  PATIENCE_MS,
)

test.concurrent(
  'what the fleet forbids: all of it is named, and nothing is changed',
  async () => {
    const rollout = await rollOut(
      { servers: 4 },
      step({ 'batch-size': '3', 'smoke-url': 'http://{ip}:{port}/' }),
    )
    expectNothingChanged(rollout)
    expect(rollout.result).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', version: OLD } })
    expect(rollout.result.stdout).toMatch(/batch-size 3 of 4 servers is 3, .*: 2 would do/)
    expect(rollout.result.stdout).toMatch(/the smoke test uses \{ip\}/)
    expect(rollout.result.outputs.reason).toMatch(/and 1 other problem/)
  },
  PATIENCE_MS,
)

test.concurrent(
  'dry-run: the plan, and nothing is changed',
  async () => {
    const rollout = await rollOut({ servers: 4 }, step({ 'dry-run': 'true' }))
    expectNothingChanged(rollout)
    expect(rollout.result).toMatchObject({ exitCode: 0, outputs: { outcome: 'planned', version: OLD } })
    expect(rollout.result.stdout).toMatch(/^Batch 2, about .*: i-0eb00003, i-0eb00004 \(2 servers\)$/m)
    expect(rollout.result.summary).toMatch(/^## 📋 Planned: /)
  },
  PATIENCE_MS,
)

test.concurrent(
  'without the permission to look: refused, and the permission is named',
  async () => {
    const faults = { deny: ['DescribeTargetHealth'] }
    const rollout = await rollOut({ servers: 4, faults }, step({}))
    expectNothingChanged(rollout)
    expect(rollout.result).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused' } })
    expect(rollout.result.outputs.reason).toContain('elasticloadbalancing:DescribeTargetHealth')
    expect(rollout.result.seconds).toBeLessThan(20)
  },
  PATIENCE_MS,
)

test.concurrent(
  'without the permission to take servers out: ends at once, and the permission is named',
  async () => {
    const faults = { deny: ['DeregisterTargets'] }
    const rollout = await rollOut({ servers: 4, faults }, step({}))
    expect(rollout).toMatchObject(allIn(4, OLD))
    expect(failuresIn(rollout.counts)).toEqual([])
    expect(rollout.result.exitCode).toBe(1)
    expect(rollout.result.outputs.outcome).not.toBe('succeeded')
    expect(rollout.result.outputs.reason).toContain('elasticloadbalancing:DeregisterTargets')
    expect(rollout.calls.DeregisterTargets).toBe(1)
    expect(rollout.result.seconds).toBeLessThan(20)
  },
  PATIENCE_MS,
)
