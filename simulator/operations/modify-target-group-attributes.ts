import { attributeList, shownAttributes } from './attributes.ts'
import { operation } from './operation.ts'
import { structure, text } from './shape.ts'

export const ModifyTargetGroupAttributes = operation({
  bucket: 'mutating',
  resource: 'TargetGroupArn',
  input: structure({ TargetGroupArn: text, Attributes: attributeList }, {}),
  run(account, input) {
    const group = account.targetGroup(input.TargetGroupArn)
    const sent = input.Attributes.map(({ Key, Value }) => [Key, Value ?? ''] as const)
    group.setAttributes(sent)
    const answersAll = account.behaviour.modifyAttributesAnswers === 'all'
    return { Attributes: shownAttributes(answersAll ? group.attributes : sent) }
  },
})
