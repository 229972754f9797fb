import { integer, list, oneOf, structure, text } from '../operations/shape.ts'
import type { Alarm, Alarms } from './alarms.ts'
import { indexIn, tokenAt } from './page.ts'

const INPUT = structure(
  {},
  {
    AlarmNames: list(text, 100),
    AlarmNamePrefix: text,
    AlarmTypes: list(oneOf('MetricAlarm', 'CompositeAlarm')),
    StateValue: oneOf('OK', 'ALARM', 'INSUFFICIENT_DATA'),
    MaxRecords: integer(1, 100),
    NextToken: text,
  },
)

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
export function describeAlarms(alarms: Alarms, given: object, pageSize: number): object {
  const input = INPUT.read(given, '')
  const { AlarmNames: names, AlarmNamePrefix: prefix = '', StateValue: state } = input
  const { AlarmTypes: types = ['MetricAlarm'] } = input
  const found = alarms
    .list()
    .filter(({ name }) => names === undefined || names.includes(name))
    .filter(({ name }) => name.startsWith(prefix))
    .filter(({ type }) => types.includes(type))
    .filter((alarm) => state === undefined || alarm.state === state)
  const from = indexIn(input.NextToken)
  const to = from + (input.MaxRecords ?? pageSize)
  const page = found.slice(from, to)
  return {
    MetricAlarms: page.filter(({ type }) => type === 'MetricAlarm').map(asMetricAlarm),
    CompositeAlarms: page.filter(({ type }) => type === 'CompositeAlarm').map(asAlarm),
    ...(to < found.length ? { NextToken: tokenAt(to) } : {}),
  }
}

function asAlarm({ name, arn, state, reason, updatedAt, transitionedAt }: Alarm): object {
  return {
    AlarmName: name,
    AlarmArn: arn,
    ActionsEnabled: true,
    StateValue: state,
    StateReason: reason,
    StateUpdatedTimestamp: new Date(updatedAt),
    StateTransitionedTimestamp: new Date(transitionedAt),
  }
}

function asMetricAlarm(alarm: Alarm): object {
  return { ...asAlarm(alarm), Namespace: 'AWS/ApplicationELB', MetricName: 'HTTPCode_Target_5XX_Count' }
}
