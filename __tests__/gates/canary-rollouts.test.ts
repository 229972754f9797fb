import { expect, test } from '@jest/globals'
import { rollOut, type Service } from '../../bench/canary-rollouts.ts'

/** A bounded bench/canary.ts: what is random has a seed. */

const MINUTE = 60_000
const STEPS = [
  { share: 100, holdMs: 5 * MINUTE },
  { share: 500, holdMs: 5 * MINUTE },
  { share: 1000, holdMs: 10 * MINUTE },
]
const EQUAL: Service = {
  ...{ requestsPerSecond: 20, errorRate: 0.005, unansweredRate: 0.0005 },
  ...{ slowRate: 0.01, greenErrors: 1, swing: 0 },
}
const LIMITS = { errors: { timesBlue: 1 }, latency: { percentile: 99, ms: 500 }, minRequests: 100 }

const endings = (service: Service, rollouts: number) =>
  Array.from({ length: rollouts }, (_, seed) => rollOut({ service, steps: STEPS, limits: LIMITS }, seed + 1))

test.each([
  ['steady', EQUAL],
  ['swinging', { ...EQUAL, requestsPerSecond: 200, errorRate: 0.05, swing: 0.5 }],
  ['quiet', { ...EQUAL, requestsPerSecond: 2, errorRate: 0.05 }],
  ['large', { ...EQUAL, requestsPerSecond: 200 }],
])('less than one rollout of equal groups in a hundred is aborted: %s', (_, service) => {
  const aborted = endings(service, 300).filter(({ step }) => step !== undefined)
  expect(aborted.length).toBeLessThan(3)
})

test('five times the errors are found at a tenth of the traffic', () => {
  const found = endings({ ...EQUAL, requestsPerSecond: 200, slowRate: 0.001, greenErrors: 5 }, 100)
  expect(found.filter(({ step }) => step === 0)).toHaveLength(100)
})

test('servers that break off are found, though no group shows it', () => {
  const service = { ...EQUAL, requestsPerSecond: 200, slowRate: 0.001, greenUnansweredRate: 0.05 }
  const found = endings(service, 100).filter(({ step }) => step === 0)
  expect(found).toHaveLength(100)
  expect(found[0]?.evidence).toMatch(/^the load balancer's own 5xx have grown/)
})
