export const PREFIX = 'elb-rollout:'

/** Tags of AWS itself (aws:) do not count. */
export const MOST_TAGS = 50

/** The guide says 255, the API reference 256: what keeps to the smaller is right with both. */
export const LONGEST_VALUE = 255
