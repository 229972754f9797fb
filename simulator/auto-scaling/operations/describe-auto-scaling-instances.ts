import { integer, list, structure, text } from '../../operations/shape.ts'
import { operation } from './operation.ts'
import { pageOf, paging } from './page.ts'
import { showDetails } from './show.ts'

const MOST = 50

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingInstances.html */
export const DescribeAutoScalingInstances = operation({
  input: structure({}, { ...paging, InstanceIds: list(text, MOST), MaxRecords: integer(1, MOST) }),
  run(account, input) {
    const found = [...account.groups.values()].flatMap((group) =>
      [...group.instances.values()]
        // "If you specify an ID that does not exist, it is ignored with no error."
        .filter(({ id }) => input.InstanceIds === undefined || input.InstanceIds.includes(id))
        .filter(({ id }) => !account.overlooked.includes(id))
        .map((instance) => showDetails(group, instance)),
    )
    const page = pageOf(found, { ...input, most: Math.min(MOST, account.behaviour.pageSize) })
    return { AutoScalingInstances: page.items, ...page.next }
  },
})
