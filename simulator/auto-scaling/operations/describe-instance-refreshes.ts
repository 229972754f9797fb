import { integer, list, structure, text } from '../../operations/shape.ts'
import { operation } from './operation.ts'
import { pageOf, paging } from './page.ts'

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeInstanceRefreshes.html */
export const DescribeInstanceRefreshes = operation({
  input: structure(
    { AutoScalingGroupName: text },
    { ...paging, InstanceRefreshIds: list(text), MaxRecords: integer(1, 100) },
  ),
  run(account, input) {
    const group = account.group(input.AutoScalingGroupName)
    const page = pageOf(group.refreshes.toReversed(), { ...input, most: account.behaviour.pageSize })
    const shown = page.items.map(({ id, status }) => ({
      InstanceRefreshId: id,
      AutoScalingGroupName: group.name,
      Status: status,
    }))
    return { InstanceRefreshes: shown, ...page.next }
  },
})
