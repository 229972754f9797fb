import type { Server } from './fleet.ts'
import type { Clock, Drain, DrainProbe, ServerContext } from './ports.ts'

/** Something that can be asked, again and again, whether one server still has requests. */
export interface DrainLooks {
  /** True: no more requests. What fails is a false, never a rejection (but for the signal's reason). */
  isDrained(server: Server, context: ServerContext, signal: AbortSignal): Promise<boolean>
}

const EVERY_MS = 2_000
/** One may fall between two requests. */
const PASSES_NEEDED = 2

/** A probe that looks at each server every two seconds, until two looks in a row find it drained. */
export function probeByLooks(looks: DrainLooks, clock: Clock): DrainProbe {
  const awaitPasses = async (server: Server, { context }: Drain, signal: AbortSignal): Promise<void> => {
    for (let passes = 0; ; ) {
      passes = (await looks.isDrained(server, context, signal)) ? passes + 1 : 0
      if (passes >= PASSES_NEEDED) return
      await clock.sleep(EVERY_MS, signal)
    }
  }
  return {
    by: 'command',
    async watch(drain, listener, signal) {
      const watchOne = (server: Server) =>
        awaitPasses(server, drain, signal).then(
          () => listener.drained(server.id),
          () => {},
        )
      await Promise.all(drain.servers.map(watchOne))
    },
  }
}
