/** Tags of one resource, by key. */
export type Tags = ReadonlyMap<string, string>

/**
 * The tags of resources, as the API has them. Every method rejects with an `ApiError`, or with the signal's reason.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AddTags.html
 */
export interface TagCalls {
  /** By ARN. */
  describe(arns: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, Tags>>
  /** Adds or overwrites, on every resource. */
  add(arns: readonly string[], tags: Tags, signal?: AbortSignal): Promise<void>
  /** Removing what is not there changes nothing. */
  remove(arns: readonly string[], keys: readonly string[], signal?: AbortSignal): Promise<void>
}

export const PREFIX = 'elb-rollout:'

/** Tags of AWS itself (aws:) do not count. */
export const MOST_TAGS = 50

/** The guide says 255, the API reference 256: what keeps to the smaller is right with both. */
export const LONGEST_VALUE = 255
