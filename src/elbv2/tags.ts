import {
  AddTagsCommand,
  DescribeTagsCommand,
  RemoveTagsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { toApiError } from './failure.ts'
import type { Elbv2Client } from './load-balancer.ts'

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html */
const MOST_RESOURCES = 20

type Tags = ReadonlyMap<string, string>

/** The tags of target groups. Every method rejects with an `ApiError`. */
export interface TagCalls {
  /** By ARN, then by key. */
  describe(arns: readonly string[], signal?: AbortSignal): Promise<Map<string, Tags>>
  /** Adds or overwrites, on every resource. */
  add(arns: readonly string[], tags: Tags, signal?: AbortSignal): Promise<void>
  /** Removing what is not there changes nothing. */
  remove(arns: readonly string[], keys: readonly string[], signal?: AbortSignal): Promise<void>
}

export function createTagCalls(client: Elbv2Client): TagCalls {
  return {
    async describe(arns, signal) {
      const found = new Map<string, Tags>()
      for (let start = 0; start < arns.length; start += MOST_RESOURCES) {
        const command = new DescribeTagsCommand({ ResourceArns: arns.slice(start, start + MOST_RESOURCES) })
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

const options = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { abortSignal: signal })

async function named<Answer>(operation: string, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer
  } catch (error) {
    throw toApiError(error, operation)
  }
}
