import { senderError } from '../aws-error.ts'
import { type Instance, shownInstance } from './instance.ts'

export interface DescribeInstancesInput {
  readonly InstanceIds?: readonly string[]
  readonly Filters?: readonly { readonly Name: string; readonly Values: readonly string[] }[]
  readonly MaxResults?: number
  readonly NextToken?: string
}

/** "The filter values can be up to 200" (Filter your resources). */
const MOST_FILTER_VALUES = 200
const PAGE = { least: 5, most: 1000 }

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html */
export function describeInstances(
  instances: ReadonlyMap<string, Instance>,
  input: DescribeInstancesInput,
): object {
  const { InstanceIds: ids, MaxResults, NextToken } = input
  if (ids !== undefined && MaxResults !== undefined) {
    throw senderError(
      'InvalidParameterCombination',
      'The parameter instancesSet cannot be used with the parameter maxResults',
    )
  }
  const found = filtered(ids === undefined ? [...instances.values()] : byId(instances, ids), input)
  const start = NextToken === undefined ? 0 : positionIn(NextToken)
  const size = pageSize(MaxResults)
  const page = found.slice(start, start + size)
  return {
    // A reservation is what one launch has made; here each instance was launched alone.
    Reservations: page.map((instance, index) => ({
      ReservationId: `r-${String(start + index).padStart(17, '0')}`,
      OwnerId: '123456789012',
      Instances: [shownInstance(instance)],
    })),
    ...(start + size < found.length ? { NextToken: `from-${start + size}` } : {}),
  }
}

/** One that is not known fails the call for all of them. */
function byId(instances: ReadonlyMap<string, Instance>, ids: readonly string[]): Instance[] {
  const malformed = ids.find((id) => !/^i-[\w-]+$/.test(id))
  if (malformed !== undefined) throw senderError('InvalidInstanceID.Malformed', `Invalid id: "${malformed}"`)
  const unknown = ids.filter((id) => !instances.has(id))
  if (unknown.length === 0) return ids.flatMap((id) => instances.get(id) ?? [])
  const [one = ''] = unknown
  throw senderError(
    'InvalidInstanceID.NotFound',
    unknown.length === 1
      ? `The instance ID '${one}' does not exist`
      : `The instance IDs '${unknown.join(', ')}' do not exist`,
  )
}

function filtered(
  instances: readonly Instance[],
  { Filters = [] }: DescribeInstancesInput,
): readonly Instance[] {
  return Filters.reduce((left, { Name, Values }) => {
    if (Values.length > MOST_FILTER_VALUES) {
      throw senderError(
        'FilterLimitExceeded',
        `The maximum number of filter values specified on a single call is ${MOST_FILTER_VALUES}`,
      )
    }
    const read = VALUES[Name]
    if (read === undefined) throw senderError('InvalidParameterValue', `The filter '${Name}' is invalid`)
    return left.filter((instance) => Values.includes(read(instance)))
  }, instances)
}

const VALUES: Readonly<Record<string, (instance: Instance) => string>> = {
  'instance-id': ({ instanceId }) => instanceId,
  'availability-zone': ({ zone }) => zone,
  'instance-state-name': ({ state }) => state,
}

function positionIn(token: string): number {
  const [, position] = /^from-(\d+)$/.exec(token) ?? []
  if (position === undefined) throw senderError('InvalidNextToken', `The token '${token}' is invalid`)
  return Number(position)
}

function pageSize(asked: number | undefined): number {
  if (asked === undefined) return Number.POSITIVE_INFINITY
  if (asked >= PAGE.least && asked <= PAGE.most) return asked
  throw senderError(
    'InvalidParameterValue',
    `Value ( ${asked} ) for parameter maxResults is invalid. Expecting a value from ${PAGE.least} to ${PAGE.most}.`,
  )
}
