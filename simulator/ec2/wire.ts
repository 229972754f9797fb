import type { Encoding } from '../api/encode.ts'
import { element, escaped } from '../api/encode.ts'

/** EC2 has a dialect of the Query protocol of its own: flat lists in requests, `item` and other envelopes in answers. */

/** `InstanceId.1`, `Filter.1.Name` and `Filter.1.Value.1` as the SDK's input has them. */
export function decodeRequest(parameters: URLSearchParams): object {
  const ids = listed(parameters, 'InstanceId')
  const filters = Array.from({ length: highest(parameters, 'Filter') }, (_, index) => ({
    Name: parameters.get(`Filter.${index + 1}.Name`) ?? '',
    Values: listed(parameters, `Filter.${index + 1}.Value`),
  }))
  const most = parameters.get('MaxResults')
  const token = parameters.get('NextToken')
  return {
    ...(ids.length === 0 ? {} : { InstanceIds: ids }),
    ...(filters.length === 0 ? {} : { Filters: filters }),
    ...(most === null ? {} : { MaxResults: Number(most) }),
    ...(token === null ? {} : { NextToken: token }),
  }
}

const listed = (parameters: URLSearchParams, name: string): string[] =>
  Array.from(
    { length: highest(parameters, name) },
    (_, index) => parameters.get(`${name}.${index + 1}`) ?? '',
  )

function highest(parameters: URLSearchParams, name: string): number {
  const numbers = [...parameters.keys()].map((key) =>
    key.startsWith(`${name}.`) ? Number.parseInt(key.slice(name.length + 1), 10) : 0,
  )
  return Math.max(0, ...numbers)
}

/** Members whose names on the wire are not just those of the SDK with a small first letter. */
const NAMES: Readonly<Record<string, string>> = {
  Reservations: 'reservationSet',
  Instances: 'instancesSet',
  State: 'instanceState',
}

export const EC2_ENCODING: Encoding = {
  result(action, result, { requestId, namespace }) {
    const body = element('requestId', escaped(requestId)) + members(result)
    return `<${action}Response xmlns="${namespace}">${body}</${action}Response>`
  },
  error({ code, message }, { requestId }) {
    const body = element('Code', escaped(code)) + element('Message', escaped(message))
    return element(
      'Response',
      element('Errors', element('Error', body)) + element('RequestID', escaped(requestId)),
    )
  },
}

const members = (structure: object): string =>
  Object.entries(structure)
    .map(([name, value]) => element(NAMES[name] ?? small(name), content(value)))
    .join('')

const small = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1)

function content(value: unknown): string {
  if (Array.isArray(value)) return value.map((each) => element('item', members(each))).join('')
  return typeof value === 'object' && value !== null ? members(value) : escaped(String(value))
}
