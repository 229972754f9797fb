import { integer, list, structure, text } from '../../operations/shape.ts'
import { operation } from './operation.ts'
import { pageOf, paging } from './page.ts'
import { showGroup } from './show.ts'

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html */
export const DescribeAutoScalingGroups = operation({
  input: structure({}, { ...paging, AutoScalingGroupNames: list(text), MaxRecords: integer(1, 100) }),
  run(account, input) {
    const { AutoScalingGroupNames: names } = input
    const found = [...account.groups.values()].filter(
      ({ name }) => names === undefined || names.includes(name),
    )
    const page = pageOf(found, { ...input, most: account.behaviour.pageSize })
    return { AutoScalingGroups: page.items.map((group) => showGroup(account, group)), ...page.next }
  },
})
