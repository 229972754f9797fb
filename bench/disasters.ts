import fc from 'fast-check'
import {
  AFTERMATHS,
  cancel,
  crash,
  FAULTS,
  FLEETS,
  type Fleet,
  type Point,
} from '../__tests__/support/disasters.ts'
import {
  cancelPair,
  crashPair,
  PAIR_AFTERMATHS,
  PAIR_FLEETS,
  type PairFleet,
} from '../__tests__/support/pair-disasters.ts'
import { loseTags, RESCUERS, race, wakeUp } from '../__tests__/support/rivals.ts'
import { SSM_AFTERMATHS, SSM_FLEETS } from '../__tests__/support/ssm-disasters.ts'
import { play, scenario } from '../__tests__/support/ssm-scenes.ts'

/** One kind of disaster: how often it was tried, and what was wrong afterwards. */
export interface Tried {
  readonly what: string
  readonly points: number
  readonly wrong: readonly string[]
}

/** What is tried, point by point; undefined ends it. */
type Attempt = (index: number) => Promise<readonly string[] | undefined>

/** A part of the search that depends on no other: one kind of disaster, on one fleet, put right in one way. */
interface Lane {
  readonly what: string
  readonly attempt: Attempt
}

/** All of them, always in the same order. `stride`: only each so-many-eth point is tried. */
export const lanesOf = (stride: number): Lane[] =>
  kinds(stride).flatMap(([what, attempts]) => attempts.map((attempt) => ({ what, attempt })))

export async function tryLane({ what, attempt }: Lane): Promise<Tried> {
  return { what, ...(await exhaust(attempt)) }
}

function kinds(stride: number): [string, Attempt[]][] {
  const afters = Object.values(AFTERMATHS)
  const everywhere = (attempt: (fleet: Fleet, after: (typeof afters)[number]) => Attempt) =>
    FLEETS.flatMap((fleet) => afters.map((after) => attempt(fleet, after)))
  const [first] = FLEETS as [Fleet]
  const [firstPair] = PAIR_FLEETS as [PairFleet]
  return [
    [
      'dies before or after an API call',
      everywhere((fleet, after) => (index) => crash(callPoint(index * stride), { fleet, after })),
    ],
    [
      'dies in the middle of an update',
      everywhere((fleet, after) => (index) => crash({ update: index + 1 }, { fleet, after })),
    ],
    [
      'is cancelled, at any second',
      FLEETS.map((fleet) => (index) => cancel(index * stride * 1_000, { fleet })),
    ],
    ...Object.entries(FAULTS).map(([what, faults]): [string, Attempt[]] => [
      `dies while ${what}`,
      afters.map(
        (after) => (index) => crash(callPoint(index * 5 * stride), { fleet: first, after, faults: faults() }),
      ),
    ]),
    ['two begin at once', RACES.map((faults) => raceEvery(125 * stride, faults))],
    [
      'sleeps, and wakes up after somebody else',
      Object.values(RESCUERS).map((rescue) => (index) => wakeUp(500 + index * stride * 1_000, rescue)),
    ],
    [
      'blue-green: dies before or after an API call',
      PAIR_FLEETS.flatMap((fleet) =>
        Object.values(PAIR_AFTERMATHS).map(
          (after): Attempt =>
            (index) =>
              crashPair(callPoint(index * stride), { fleet, after }),
        ),
      ),
    ],
    [
      'blue-green: is cancelled, at any second',
      PAIR_FLEETS.map((fleet) => (index) => cancelPair(index * stride * 1_000, fleet)),
    ],
    ...Object.entries(FAULTS).map(([what, faults]): [string, Attempt[]] => [
      `blue-green: dies while ${what}`,
      Object.values(PAIR_AFTERMATHS).map(
        (after): Attempt =>
          (index) =>
            crashPair(callPoint(index * 5 * stride), { fleet: firstPair, after, faults: faults() }),
      ),
    ]),
    ...ssmKinds(stride),
    ['loses its tags', [(index) => loseTags(index * stride * 1_500)]],
  ]
}

const SCENES = 500

function ssmKinds(stride: number): [string, Attempt[]][] {
  const afters = Object.values(SSM_AFTERMATHS)
  // Each costs ten times as much as one without the SDK: by turns, not all after each point.
  const turn = (index: number) => afters[index % afters.length] as (typeof afters)[number]
  const scenes = fc.sample(scenario, { numRuns: Math.ceil(SCENES / stride), seed: 1 })
  return [
    [
      'by Run Command: dies before or after a call to any of the services',
      SSM_FLEETS.map((fleet) => (index) => crash(callPoint(index * stride), { fleet, after: turn(index) })),
    ],
    [
      'by Run Command: agents and calls do whatever they may',
      [
        async (index) => {
          const scene = scenes[index]
          return scene && (await play(scene)).wrong
        },
      ],
    ],
    [
      'by Run Command: is cancelled, at any second',
      SSM_FLEETS.map((fleet) => (index) => cancel(index * stride * 1_000, { fleet })),
    ],
    [
      'by Run Command: dies while calls fail in all these ways',
      Object.values(FAULTS).flatMap((faults) =>
        SSM_FLEETS.map(
          (fleet): Attempt =>
            (index) =>
              crash(callPoint(index * 11 * stride), {
                fleet,
                after: turn(index),
                faults: faults(),
              }),
        ),
      ),
    ],
  ]
}

const callPoint = (index: number): Point => ({
  call: Math.floor(index / 2) + 1,
  when: index % 2 === 0 ? 'before' : 'after',
})

const RACES = [{}, { latencyMs: 400 }, { staleReadsMs: 1_500 }, { staleReadsMs: 3_000 }]
const LONGEST_RACE_MS = 12_000

const raceEvery =
  (stepMs: number, faults: (typeof RACES)[number]): Attempt =>
  async (index) =>
    index * stepMs > LONGEST_RACE_MS ? undefined : (await race(index * stepMs, faults)).wrong

async function exhaust(attempt: Attempt): Promise<{ points: number; wrong: string[] }> {
  const wrong: string[] = []
  for (let index = 0; ; index++) {
    const found = await attempt(index)
    if (found === undefined) return { points: index, wrong }
    wrong.push(...found)
  }
}
