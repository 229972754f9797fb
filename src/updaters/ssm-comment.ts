import { randomBytes } from 'node:crypto'

/** The limit of a command's comment. */
const LONGEST = 100
const LONGEST_ID = 60

/** Names a command so that it can be found when its id is not known: by its rollout, and by a mark of its own. */
export function commentFor(rolloutId: string, version: string): string {
  const mark = randomBytes(4).toString('hex')
  return `${markOf(rolloutId)}${mark} ${version}`.slice(0, LONGEST).toWellFormed()
}

/** The same for a command that only looks whether servers have drained: whatever becomes of it, they may go back in. */
export function drainCommentFor(rolloutId: string): string {
  const mark = randomBytes(4).toString('hex')
  return `${drainMarkOf(rolloutId)}${mark}`
}

export const isDrainOfRollout = (comment: string, rolloutId: string): boolean =>
  comment.startsWith(drainMarkOf(rolloutId))

export const isOfRollout = (comment: string, rolloutId: string): boolean =>
  comment.startsWith(markOf(rolloutId))

const drainMarkOf = (rolloutId: string): string => `elb-rollout drained? ${rolloutId.slice(0, LONGEST_ID)} `

const markOf = (rolloutId: string): string => `elb-rollout ${rolloutId.slice(0, LONGEST_ID)} `
