import { expect, test } from '@jest/globals'
import { rollOutAtScale, type Scaled } from '../../bench/at-scale.ts'

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0)

const totals = ({ calls }: Scaled) => ({ elbv2: sum(calls.elbv2), ssm: sum(calls.ssm) })

// `npm run bench` prints what it takes.
test('300 instances by Run Command in batches of 50, with the rates of AWS limited', async () => {
  const scaled = await rollOutAtScale({ servers: 300, batch: 50 })
  expect(scaled).toMatchObject({ outcome: 'succeeded', updated: 300 })
  const { elbv2, ssm } = totals(scaled)
  // Six batches.
  expect(elbv2).toBeLessThan(6 * 50)
  expect(ssm).toBeLessThan(6 * 35)
  // One command and one page of results for 50 instances; only of those that fail all output is asked for.
  expect(scaled.calls.ssm).toMatchObject({ SendCommand: 6, GetCommandInvocation: 1 })
}, 60_000)
