import { explain } from '../domain/errors.ts'
import type { Verdict, Watch } from '../domain/ports.ts'
import { idList, plural } from '../domain/wording.ts'
import { type Alarm, describeAlarms } from './alarms-describe.ts'
import { hintsFor } from './alarms-near.ts'
import { told } from './alarms-wording.ts'
import type { CloudWatchCalls } from './cloudwatch-client.ts'

export interface AlarmOptions {
  readonly client: CloudWatchCalls
  /** Of metric and of composite alarms. */
  readonly names: readonly string[]
  /** Those among them that may be in ALARM when the rollout begins. */
  readonly ignoreAtStart: readonly string[]
}

/** None of the alarms may be in ALARM, but for those that are ignored at the start: the first look makes the start. */
export function createAlarmWatch(options: AlarmOptions): Watch {
  const names = [...new Set(options.names)]
  const excuses = new Excuses(options.ignoreAtStart)
  const look = async (signal: AbortSignal): Promise<Seen> => {
    const alarms = await describeAlarms(options.client, names, signal)
    return { names, alarms, ...excuses.apply([...alarms.values()].filter(isRed)) }
  }
  return {
    name: 'alarms',
    async problems(signal) {
      signal.throwIfAborted()
      const strays = options.ignoreAtStart.filter((name) => !names.includes(name)).map(stray)
      try {
        const seen = await look(signal)
        const hints = await hintsFor(options.client, missingIn(seen), signal)
        return [...strays, ...problemsIn(seen, hints)]
      } catch (error) {
        signal.throwIfAborted()
        return [...strays, `The alarms cannot be read: ${explain(error)}.`]
      }
    },
    async check(signal) {
      signal.throwIfAborted()
      try {
        return verdictOn(await look(signal))
      } catch (error) {
        signal.throwIfAborted()
        return { verdict: 'unknown', evidence: `the alarms cannot be read: ${explain(error)}` }
      }
    },
  }
}

interface Sorted {
  /** In ALARM, and it counts. */
  readonly objecting: readonly Alarm[]
  readonly excused: readonly Alarm[]
}

interface Seen extends Sorted {
  readonly names: readonly string[]
  /** By name, those that exist. */
  readonly alarms: ReadonlyMap<string, Alarm>
}

const isRed = ({ state }: Alarm): boolean => state === 'ALARM'

/**
 * Alarms that were in ALARM at the first look. Once one has been out of it, it is like any other; also when that was
 * between two looks, for then it has been in ALARM since another moment.
 */
class Excuses {
  readonly #ignored: ReadonlySet<string>
  #since: Map<string, number | undefined> | undefined

  constructor(ignored: readonly string[]) {
    this.#ignored = new Set(ignored)
  }

  apply(red: readonly Alarm[]): Sorted {
    const before =
      this.#since ??
      new Map(red.filter(({ name }) => this.#ignored.has(name)).map(({ name, since }) => [name, since]))
    const isExcused = ({ name, since }: Alarm): boolean => before.has(name) && before.get(name) === since
    const excused = red.filter(isExcused)
    this.#since = new Map(excused.map(({ name, since }) => [name, since]))
    return { objecting: red.filter((alarm) => !isExcused(alarm)), excused }
  }
}

function problemsIn(seen: Seen, hints: ReadonlyMap<string, string>): string[] {
  const missing = missingIn(seen).map(
    (name) =>
      `There is no alarm "${name}" in this account and region: alarm-names needs its exact name.${hints.get(name) ?? ''}`,
  )
  return [...missing, ...seen.objecting.map(objection)]
}

const missingIn = ({ names, alarms }: Seen): string[] => names.filter((name) => !alarms.has(name))

const stray = (name: string): string => `ignore-alarms-at-start has "${name}", which is not in alarm-names.`

const objection = (alarm: Alarm): string =>
  `The alarm ${told(alarm)}. Wait until it is over, or name it in ignore-alarms-at-start.`

/** What has no data says nothing; one alarm that can see is enough for a verdict. */
function verdictOn(seen: Seen): Verdict {
  const { names, alarms, objecting, excused } = seen
  if (objecting.length > 0) return { verdict: 'fail', evidence: objecting.map(told).join('; ') }
  const gone = missingIn(seen)
  if (gone.length > 0) return { verdict: 'unknown', evidence: `no longer there: ${idList(gone)}` }
  const blind = namesOf([...alarms.values()].filter(({ state }) => state === 'INSUFFICIENT_DATA'))
  const ok = names.length - blind.length - excused.length
  const evidence = [
    ...(ok > 0 ? [`${plural(ok, 'alarm')} OK`] : []),
    ...(blind.length > 0 ? [`no data for ${idList(blind)}`] : []),
    ...(excused.length > 0 ? [`in ALARM since before the start: ${idList(namesOf(excused))}`] : []),
  ].join(', ')
  return { verdict: ok > 0 ? 'pass' : 'unknown', evidence }
}

const namesOf = (alarms: readonly Alarm[]): string[] => alarms.map(({ name }) => name)
