import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { lanesOf, type Tried } from './disasters.ts'

const WORKER = new URL('./disaster-worker.ts', import.meta.url)

/** Every disaster, in virtual time, on all cores. `stride`: only each so-many-eth point is tried. */
export async function disasters({ stride }: { readonly stride: number }): Promise<Tried[]> {
  const lanes = lanesOf(stride)
  const queue = lanes.keys()
  const tried: Tried[] = []
  const work = async (): Promise<void> => {
    const worker = new Worker(WORKER)
    for (const number of queue) {
      worker.postMessage({ stride, number })
      const [result] = (await once(worker, 'message')) as [Tried]
      tried[number] = result
    }
    await worker.terminate()
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return [...Map.groupBy(tried, ({ what }) => what).values()].map(together)
}

function together(lanes: readonly Tried[]): Tried {
  return {
    what: lanes[0]?.what ?? '',
    points: lanes.reduce((sum, { points }) => sum + points, 0),
    wrong: lanes.flatMap(({ wrong }) => wrong),
  }
}
