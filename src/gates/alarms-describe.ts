import {
  type AlarmType,
  type CompositeAlarm,
  DescribeAlarmsCommand,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch'
import { allTokenPages } from '../aws/pages.ts'
import { chunksOf } from '../domain/chunks.ts'
import { answerOf, type CloudWatchCalls } from './cloudwatch-client.ts'

export interface Alarm {
  readonly name: string
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'
  readonly reason: string
  /** When it went into its state, where that is known. Milliseconds since the epoch. */
  readonly since?: number
}

/** Of a call. */
const MOST_NAMES = 100
/** Without it only metric alarms are answered. */
const BOTH_TYPES: AlarmType[] = ['MetricAlarm', 'CompositeAlarm']

/** By name, those that exist. Rejects with an ApiError, or with the signal's reason. */
export async function describeAlarms(
  client: CloudWatchCalls,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, Alarm>> {
  const found = new Map<string, Alarm>()
  for (const some of chunksOf(names, MOST_NAMES)) {
    for (const alarm of await describeSome(client, some, signal)) found.set(alarm.name, alarm)
  }
  return found
}

async function describeSome(client: CloudWatchCalls, names: string[], signal: AbortSignal): Promise<Alarm[]> {
  const pages = await allTokenPages((from) => {
    const input = { AlarmNames: names, AlarmTypes: BOTH_TYPES, MaxRecords: MOST_NAMES, ...from }
    const answer = client.send(new DescribeAlarmsCommand(input), { abortSignal: signal })
    return answerOf('DescribeAlarms', signal, answer)
  })
  return pages.flatMap(({ MetricAlarms = [], CompositeAlarms = [] }) =>
    [...MetricAlarms, ...CompositeAlarms].map(toAlarm),
  )
}

/** The first names, at most a hundred: all of them, or those that begin so. */
export async function someAlarmNames(
  client: CloudWatchCalls,
  prefix: string | undefined,
  signal: AbortSignal,
): Promise<string[]> {
  const only = prefix === undefined ? {} : { AlarmNamePrefix: prefix }
  const input = { AlarmTypes: BOTH_TYPES, MaxRecords: MOST_NAMES, ...only }
  const answer = client.send(new DescribeAlarmsCommand(input), { abortSignal: signal })
  const { MetricAlarms = [], CompositeAlarms = [] } = await answerOf('DescribeAlarms', signal, answer)
  return [...MetricAlarms, ...CompositeAlarms].map(({ AlarmName = '' }) => AlarmName)
}

function toAlarm(alarm: MetricAlarm | CompositeAlarm): Alarm {
  const since = alarm.StateTransitionedTimestamp?.getTime()
  return {
    name: alarm.AlarmName ?? '',
    state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
    reason: alarm.StateReason ?? '',
    ...(since === undefined ? {} : { since }),
  }
}
