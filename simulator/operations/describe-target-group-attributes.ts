import { shownAttributes } from './attributes.ts'
import { operation } from './operation.ts'
import { structure, text } from './shape.ts'

export const DescribeTargetGroupAttributes = operation({
  bucket: 'non-mutating',
  input: structure({ TargetGroupArn: text }, {}),
  run(account, input) {
    return { Attributes: shownAttributes(account.targetGroup(input.TargetGroupArn).attributes) }
  },
})
