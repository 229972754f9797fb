import { randomBytes } from 'node:crypto'

/** The limit of a command's comment. */
const LONGEST = 100
const LONGEST_ID = 60

/** Names a command so that it can be found when its id is not known: by its rollout, and by a mark of its own. */
export function commentFor(rolloutId: string, version: string): string {
  const mark = randomBytes(4).toString('hex')
  return `${markOf(rolloutId)}${mark} ${version}`.slice(0, LONGEST).toWellFormed()
}

export const isOfRollout = (comment: string, rolloutId: string): boolean =>
  comment.startsWith(markOf(rolloutId))

const markOf = (rolloutId: string): string => `elb-rollout ${rolloutId.slice(0, LONGEST_ID)} `
