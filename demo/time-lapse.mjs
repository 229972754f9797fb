// Loaded before the action (`node --import`): its time runs DEMO_TIME_LAPSE times as fast, from the moment
// DEMO_TIME_LAPSE_FROM on, as that of the load balancer and of the metrics here. The action itself is as it was built.
import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers'
import promises from 'node:timers/promises'

const speed = Number(process.env.DEMO_TIME_LAPSE)
const from = Number(process.env.DEMO_TIME_LAPSE_FROM)
const RealDate = Date

class LapsedDate extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [LapsedDate.now()] : given))
  }

  static now() {
    return from + (RealDate.now() - from) * speed
  }
}
globalThis.Date = LapsedDate

for (const name of ['setTimeout', 'setInterval']) {
  const real = timers[name]
  const lapsed = (run, ms = 0, ...rest) => real(run, ms / speed, ...rest)
  timers[name] = lapsed
  globalThis[name] = lapsed
}
const pause = promises.setTimeout
promises.setTimeout = (ms = 0, ...rest) => pause(ms / speed, ...rest)
syncBuiltinESMExports()
