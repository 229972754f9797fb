import { Stage } from '../demo/stage.ts'

export interface StartUp {
  /** From the start of the process to its first request, in ms. */
  readonly firstRequest: readonly number[]
  /** A whole dry run, in ms. */
  readonly dryRun: readonly number[]
}

/** Dry runs, one after the other. */
export async function measureStartUp(times: number): Promise<StartUp> {
  const stage = await Stage.open({ servers: 4, version: '1.0.1' })
  const firstRequest: number[] = []
  const dryRun: number[] = []
  try {
    for (let n = 0; n < times; n++) {
      const asked = new Promise<number>((resolve) => {
        const stop = stage.simulator.observe(() => {
          stop()
          resolve(performance.now())
        })
      })
      const run = stage.run({ version: '1.0.2', 'previous-version': '1.0.1', 'dry-run': 'true' })
      firstRequest.push((await asked) - run.startedAt)
      dryRun.push((await run.ended).seconds * 1000)
    }
  } finally {
    await stage.close()
  }
  return { firstRequest, dryRun }
}
