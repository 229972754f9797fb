import { operation } from './operation.ts'
import { list, structure, text } from './shape.ts'

/** "You can specify up to 20 resources in a single call." */
const MOST_RESOURCES = 20

export const DescribeTags = operation({
  bucket: 'non-mutating',
  input: structure({ ResourceArns: list(text, MOST_RESOURCES) }, {}),
  run(account, input) {
    for (const arn of input.ResourceArns) account.check(arn)
    return {
      TagDescriptions: input.ResourceArns.map((arn) => ({
        ResourceArn: arn,
        Tags: Array.from(account.tags.asOf(account.readTime(), arn), ([Key, Value]) => ({ Key, Value })),
      })),
    }
  },
})
