import { readdirSync, statSync } from 'node:fs'
import { cpus } from 'node:os'
import { ROOT, requireBuild } from '../demo/runner.ts'
import { rollOutAtScale, type Scaled } from './at-scale.ts'
import { drainingTable } from './draining.ts'
import { CONDITIONS, type Measured, measure } from './rollout.ts'
import { measureStartUp, type StartUp } from './start-up.ts'
import { table } from './table.ts'

const CASES = [
  { servers: 2, batch: 1 },
  { servers: 4, batch: 2 },
  { servers: 5, batch: 2 },
  { servers: 12, batch: 3 },
] as const
const AT_SCALE = [
  { servers: 300, batch: 50 },
  { servers: 300, batch: 150 },
] as const
const STARTS = 15

async function main(): Promise<void> {
  requireBuild()
  const startUp = await measureStartUp(STARTS)
  const rollouts = await Promise.all(CASES.map(measure))
  const scaled: Scaled[] = []
  for (const given of AT_SCALE) scaled.push(await rollOutAtScale(given))
  const tables = [
    rolloutTable(rollouts),
    callTable(rollouts),
    processTable(startUp),
    scaleTable(scaled),
    await drainingTable(),
  ]
  console.log([conditions(), ...tables].join('\n\n'))
}

function conditions(): string {
  const { delaySeconds, intervalSeconds, healthyForSeconds } = CONDITIONS
  const [cpu] = cpus()
  return [
    `\`npm run bench\` on ${cpus().length} cores (${cpu?.model ?? 'unknown'}), Node ${process.version.slice(1)}, real time:`,
    `deregistration delay ${delaySeconds} s, health check interval ${intervalSeconds} s, healthy-for ${healthyForSeconds} s.`,
    '"Beyond" is what a batch takes above drain, update, first passing health check and healthy-for.',
  ].join('\n')
}

function rolloutTable(rollouts: readonly Measured[]): string {
  const head = [
    'Fleet',
    'Batches',
    'Took',
    'Beyond, mean',
    'Beyond, most',
    'Calls a batch',
    'Polls a batch',
    'Peak memory',
  ]
  const rows = rollouts.map(({ given, seconds, beyond, callsAfter, polls, peakMemoryBytes }) => [
    `${given.servers} by ${given.batch}`,
    String(beyond.length),
    `${seconds.toFixed(1)} s`,
    `${(sum(beyond) / beyond.length).toFixed(2)} s`,
    `${Math.max(...beyond).toFixed(2)} s`,
    (sum(Object.values(callsAfter)) / beyond.length).toFixed(1),
    (polls / beyond.length).toFixed(1),
    `${Math.round(peakMemoryBytes / 2 ** 20)} MiB`,
  ])
  return table(head, rows)
}

function callTable(rollouts: readonly Measured[]): string {
  const actions = new Set(
    rollouts.flatMap(({ callsBefore, callsAfter }) => [
      ...Object.keys(callsBefore),
      ...Object.keys(callsAfter),
    ]),
  )
  const head = [
    'Calls before the first change + after',
    ...rollouts.map(({ given }) => `${given.servers} by ${given.batch}`),
  ]
  const rows = [...actions].sort().map((action) => [
    action,
    ...rollouts.map(({ callsBefore, callsAfter, polls }) => {
      const after = action === 'DescribeTargetHealth' ? polls : (callsAfter[action] ?? 0)
      return `${callsBefore[action] ?? 0} + ${after}`
    }),
  ])
  return table(head, rows)
}

/** By Run Command, in virtual time, with the rates of AWS's APIs limited (`at-scale.ts` says to what). */
function scaleTable(scaled: readonly Scaled[]): string {
  const head = [
    'By Run Command, virtual time',
    ...scaled.map(({ given }) => `${given.servers} by ${given.batch}`),
  ]
  const services = ['elbv2', 'ssm'] as const
  const actions = services.flatMap((service) =>
    [...new Set(scaled.flatMap(({ calls }) => Object.keys(calls[service])))]
      .sort()
      .map((action) => [action, ...scaled.map(({ calls }) => String(calls[service][action] ?? 0))]),
  )
  return table(head, [
    ['Outcome', ...scaled.map(({ outcome }) => outcome)],
    ['Took', ...scaled.map(({ seconds }) => `${Math.round(seconds)} s`)],
    ['Throttled calls', ...scaled.map(({ throttled }) => String(throttled))],
    ...actions,
  ])
}

function processTable({ firstRequest, dryRun }: StartUp): string {
  return table(
    ['Process', `Median of ${STARTS}`],
    [
      ['Start to first API request', `${Math.round(median(firstRequest))} ms`],
      ['Whole dry run', `${Math.round(median(dryRun))} ms`],
      ['Bundle', `${(bundleBytes() / 1000).toFixed(0)} kB`],
    ],
  )
}

function bundleBytes(): number {
  const folder = `${ROOT}/dist`
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'))
  return sum(scripts.map((name) => statSync(`${folder}/${name}`).size))
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

await main()
