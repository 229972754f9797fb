import { operation } from './operation.ts'
import { list, structure, text } from './shape.ts'

export const RemoveTags = operation({
  bucket: 'mutating',
  resource: 'ResourceArns',
  input: structure({ ResourceArns: list(text), TagKeys: list(text) }, {}),
  run(account, input) {
    for (const arn of input.ResourceArns) account.check(arn)
    account.tags.remove(input.ResourceArns, input.TagKeys)
    return {}
  },
})
