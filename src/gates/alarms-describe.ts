import {
  type AlarmType,
  type CompositeAlarm,
  DescribeAlarmsCommand,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch'
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
  for (let from = 0; from < names.length; from += MOST_NAMES) {
    for (const alarm of await pagesOf(client, names.slice(from, from + MOST_NAMES), signal))
      found.set(alarm.name, alarm)
  }
  return found
}

async function pagesOf(client: CloudWatchCalls, names: string[], signal: AbortSignal): Promise<Alarm[]> {
  const input = { AlarmNames: names, AlarmTypes: BOTH_TYPES, MaxRecords: MOST_NAMES }
  const found: Alarm[] = []
  let token: string | undefined
  do {
    const command = new DescribeAlarmsCommand({
      ...input,
      ...(token === undefined ? {} : { NextToken: token }),
    })
    const page = await answerOf('DescribeAlarms', signal, client.send(command, { abortSignal: signal }))
    found.push(...[...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])].map(toAlarm))
    token = page.NextToken
  } while (token !== undefined)
  return found
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
