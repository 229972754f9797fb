import { operation } from './operation.ts'
import { list, structure, text } from './shape.ts'

export const AddTags = operation({
  bucket: 'mutating',
  resource: 'ResourceArns',
  input: structure({ ResourceArns: list(text), Tags: list(structure({ Key: text }, { Value: text })) }, {}),
  run(account, input) {
    for (const arn of input.ResourceArns) account.check(arn)
    account.tags.add(
      input.ResourceArns,
      input.Tags.map(({ Key, Value }) => [Key, Value ?? ''] as const),
    )
    return {}
  },
})
