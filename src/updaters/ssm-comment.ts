import { randomBytes } from 'node:crypto'

/** The limit of a command's comment. */
const LONGEST = 100
const LONGEST_ID = 60
const PREFIX = 'elb-rollout '
const DRAIN_PREFIX = `${PREFIX}drained? `

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

/** The rollout whose update it is; undefined: it is none of this action's. */
export const rolloutIn = (comment: string): string | undefined =>
  comment.startsWith(PREFIX) && !comment.startsWith(DRAIN_PREFIX)
    ? comment.slice(PREFIX.length).split(' ')[0]
    : undefined

/** When a rollout began, milliseconds since the epoch; undefined when its id does not tell. */
export function beginningOf(rolloutId: string): number | undefined {
  const [, date, time] = /^(\d{8})T(\d{6})Z/.exec(rolloutId) ?? []
  if (date === undefined || time === undefined) return undefined
  const at = Date.parse(`${date.replace(/^(....)(..)/, '$1-$2-')}T${time.replace(/^(..)(..)/, '$1:$2:')}Z`)
  return Number.isNaN(at) ? undefined : at
}

const markOf = (rolloutId: string): string => `${PREFIX}${rolloutId.slice(0, LONGEST_ID)} `

const drainMarkOf = (rolloutId: string): string => `${DRAIN_PREFIX}${rolloutId.slice(0, LONGEST_ID)} `
