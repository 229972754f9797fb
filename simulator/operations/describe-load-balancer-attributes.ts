import { shownAttributes } from './attributes.ts'
import { operation } from './operation.ts'
import { structure, text } from './shape.ts'

export const DescribeLoadBalancerAttributes = operation({
  bucket: 'non-mutating',
  input: structure({ LoadBalancerArn: text }, {}),
  run(account, input) {
    return { Attributes: shownAttributes(account.loadBalancer(input.LoadBalancerArn).attributes) }
  },
})
