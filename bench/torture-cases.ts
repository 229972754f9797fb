import type { Fault } from '../demo/server.ts'

/** One rollout: a fleet, a batch size, and what is wrong with the first server of the second batch, if anything. */
export interface TortureCase {
  readonly servers: number
  readonly batch: number
  readonly fault?: Fault
}

const SMALLEST = 2
const LARGEST = 12
const FAULTS: readonly Fault[] = ['update-fails', 'unhealthy', 'answers-500']

/** Every fleet, every batch size that leaves a server, good and bad. */
export function allCases(): TortureCase[] {
  const cases: TortureCase[] = []
  for (let servers = SMALLEST; servers <= LARGEST; servers++) {
    for (let batch = 1; batch < servers; batch++) {
      const fault = FAULTS[(servers + batch) % FAULTS.length] ?? 'update-fails'
      cases.push({ servers, batch }, { servers, batch, fault })
    }
  }
  return cases.sort((a, b) => length(b) - length(a))
}

const LARGEST_QUICK = 6

/** Those that are soon over: two batches of few servers. */
export function quickCases(): TortureCase[] {
  return allCases().filter(
    ({ servers, batch }) => servers <= LARGEST_QUICK && batches({ servers, batch }) === 2,
  )
}

export const batches = ({ servers, batch }: TortureCase): number => Math.ceil(servers / batch)

/** In batches, about: the bad ones go one forward, and then two or three back. */
const length = (given: TortureCase): number => (given.fault === undefined ? batches(given) : 4)
