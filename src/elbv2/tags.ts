import {
  AddTagsCommand,
  DescribeTagsCommand,
  RemoveTagsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { options } from '../aws/call.ts'
import { chunksOf } from '../domain/chunks.ts'
import type { TagCalls, Tags } from '../domain/ports.ts'
import { named } from './call.ts'
import type { Elbv2Client } from './load-balancer.ts'

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html */
const MOST_RESOURCES = 20

export function createTagCalls(client: Elbv2Client): TagCalls {
  return {
    async describe(arns, signal) {
      const found = new Map<string, Tags>()
      for (const some of chunksOf(arns, MOST_RESOURCES)) {
        const command = new DescribeTagsCommand({ ResourceArns: some })
        const answer = await named('DescribeTags', client.send(command, options(signal)))
        for (const { ResourceArn = '', Tags = [] } of answer.TagDescriptions ?? []) {
          found.set(ResourceArn, new Map(Tags.map(({ Key = '', Value = '' }) => [Key, Value])))
        }
      }
      return found
    },

    async add(arns, tags, signal) {
      const command = new AddTagsCommand({
        ResourceArns: [...arns],
        Tags: Array.from(tags, ([Key, Value]) => ({ Key, Value })),
      })
      await named('AddTags', client.send(command, options(signal)))
    },

    async remove(arns, keys, signal) {
      const command = new RemoveTagsCommand({ ResourceArns: [...arns], TagKeys: [...keys] })
      await named('RemoveTags', client.send(command, options(signal)))
    },
  }
}
