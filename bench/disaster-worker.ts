import { parentPort } from 'node:worker_threads'
import { lanesOf, tryLane } from './disasters.ts'

/** Tries lanes by their number, one after the other, as it is told to. */
parentPort?.on('message', async ({ stride, number }: { stride: number; number: number }) => {
  const lane = lanesOf(stride)[number]
  parentPort?.postMessage(lane === undefined ? undefined : await tryLane(lane))
})
