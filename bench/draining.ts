import {
  askedByRunCommand,
  byCounter,
  fleetOf,
  measure,
  READINGS,
  type Reading,
} from '../__tests__/support/draining.ts'
import { Invariants } from '../__tests__/support/invariants.ts'
import { table } from './table.ts'

/** What ending drains early is worth, in virtual time. */

const SEEDS = 20
const SCRIPT_MS = 2_000

const WHAT: Record<Reading, string> = {
  accept: 'begins again at once',
  reject: 'is rejected',
  ignore: 'is accepted, and gone when it has drained',
  defer: 'is accepted, and begins again when it has drained',
}

interface Case {
  readonly what: string
  /** Seconds, of one rollout. */
  readonly rollOut: (reading: Reading, seed: number) => Promise<Timed>
}

interface Timed {
  readonly seconds: number
  readonly lost: number
}

const CASES: readonly Case[] = [
  {
    what: 'whole delay',
    rollOut: async (reading, seed) => timed(await measure({ ...fleetOf(reading), seed })),
  },
  {
    what: '`drained-command`',
    rollOut: async (reading, seed) => timed(await measure({ ...fleetOf(reading), seed }, byCounter)),
  },
  { what: '`drained-check`', rollOut: byConnections },
]

const timed = ({ seconds, lost }: { seconds: number; lost: readonly string[] }): Timed => ({
  seconds,
  lost: lost.length,
})

async function byConnections(reading: Reading, seed: number): Promise<Timed> {
  const { world } = askedByRunCommand({ ...fleetOf(reading), seed }, { run: () => ({ runMs: SCRIPT_MS }) })
  const { broken } = new Invariants(world, 2)
  const startedAt = world.clock.now()
  await world.rollOut()
  return { seconds: (world.clock.now() - startedAt) / 1_000, lost: broken.length }
}

/** A table: rows are what AWS may do, columns who ends the drain. */
export async function drainingTable(): Promise<string> {
  const rows: string[][] = []
  for (const reading of READINGS) {
    const means = await Promise.all(CASES.map((one) => mean(one, reading)))
    const [whole = Number.NaN] = means
    rows.push([
      WHAT[reading],
      ...means.map((seconds) => `${seconds.toFixed(0)} s (${(seconds / whole).toFixed(2)})`),
    ])
  }
  const head = ['A target that is registered while it drains …', ...CASES.map(({ what }) => what)]
  return [
    'Four servers in halves, delay 300 s, interval 10 s, updates of 5 s, 20 requests of up to 1 s a second, none lost; virtual',
    `time, mean of ${SEEDS} (and its share of the whole delay's):`,
    '',
    table(head, rows),
  ].join('\n')
}

async function mean({ what, rollOut }: Case, reading: Reading): Promise<number> {
  let sum = 0
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { seconds, lost } = await rollOut(reading, seed)
    if (lost > 0) throw new Error(`${what}, ${reading}, seed ${seed}: ${lost} requests were lost`)
    sum += seconds
  }
  return sum / SEEDS
}

if (import.meta.main) console.log(await drainingTable())
