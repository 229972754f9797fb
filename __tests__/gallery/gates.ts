import type { Gate, TrafficGate, Verdict, Watch } from '../../src/domain/ports.ts'

/** Gates that judge as the adapters word it, by what the scene says. */

const status = [{ from: 200, to: 399 }]

export const SMOKE_OF_SERVERS = { url: 'http://{ip}:{port}/ready', status }
export const SMOKE_OF_SERVICE = { url: 'https://www.example.com/ready', status }

export function smokeTest(scope: Gate['scope'], isBad: (version: string) => boolean = () => false): Gate {
  const failed = 'status 500: {"error":"no such table: carts"}'
  return {
    name: 'smoke test',
    scope,
    check: async ({ version }) =>
      isBad(version) ? { verdict: 'fail', evidence: failed } : { verdict: 'pass', evidence: 'status 200' },
  }
}

/** Alarms, one of which is red from when the scene says so. */
export function alarms(isRed: () => boolean = () => false): Watch {
  const evidence =
    'alarm checkout-5xx is in ALARM (Threshold Crossed: 2 datapoints were greater than the threshold (5.0))'
  const judge = (): Verdict =>
    isRed() ? { verdict: 'fail', evidence } : { verdict: 'pass', evidence: '2 alarms OK' }
  return { name: 'alarms', problems: async () => [], check: async () => judge() }
}

/** The metrics of green against those of blue. */
export function metrics(isBad: () => boolean = () => false): TrafficGate {
  return {
    name: 'metrics',
    leastHoldMs: 180_000,
    judge: async ({ now, since }) => {
      if (now - since < 120_000)
        return { verdict: 'unknown', evidence: 'no whole minute has been published yet' }
      return isBad()
        ? { verdict: 'fail', evidence: 'errors 4% of 1,240 on green, 0.44% of 4,500 on blue (p < 0.001)' }
        : { verdict: 'pass', evidence: 'errors 0.5% of 1,240 on green, 0.44% of 4,500 on blue' }
    },
  }
}
