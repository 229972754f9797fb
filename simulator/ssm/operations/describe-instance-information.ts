import { senderError } from '../../aws-error.ts'
import { integer, list, structure, text } from '../../operations/shape.ts'
import type { Node } from '../account.ts'
import { operation } from './operation.ts'
import { pageOf, paging } from './page.ts'

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html */
export const describeInstanceInformation = operation({
  input: structure(
    {},
    {
      ...paging,
      MaxResults: integer(5, 50),
      Filters: list(structure({ Key: text, Values: list(text, 100) }, {})),
    },
  ),
  run(account, { Filters: filters = [], ...asked }) {
    const found = [...account.nodes.values()].filter((node) =>
      filters.every(({ Key, Values }) => Values.includes(factOf(node, Key))),
    )
    const { items, next } = pageOf(found, { MaxResults: 10, ...asked })
    return { InstanceInformationList: items.map((node) => shown(node, account.now)), ...next }
  },
})

function factOf(node: Node, key: string): string {
  if (key === 'InstanceIds') return node.instanceId
  if (key === 'PingStatus') return node.ping
  if (key === 'PlatformTypes') return node.platform
  throw senderError('InvalidFilterKey', `The specified key is not valid: ${key}`)
}

const shown = ({ instanceId, ping, platform }: Node, now: number): object => ({
  InstanceId: instanceId,
  PingStatus: ping,
  LastPingDateTime: new Date(ping === 'Online' ? now : now - 3_600_000),
  AgentVersion: '3.3.2299.0',
  PlatformType: platform,
  ResourceType: 'EC2Instance',
})
