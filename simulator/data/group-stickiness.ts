import type { IncomingMessage } from 'node:http'
import { type Action, weightedGroups } from '../account/action.ts'
import type { Behaviour } from '../options.ts'
import type { Random } from '../random.ts'
import { chooseGroup } from './weights.ts'

/** The second says the same, for browsers that want SameSite=None of requests from other sites (Sticky sessions). */
const COOKIES = [
  { name: 'AWSALBTG', attributes: 'Path=/' },
  { name: 'AWSALBTGCORS', attributes: 'Path=/; SameSite=None; Secure' },
] as const

export interface ChosenGroup {
  readonly groupArn: string | undefined
  /** For the response, when it comes from a target. */
  readonly setCookies: readonly string[]
}

export interface StickyContext {
  readonly now: number
  readonly behaviour: Behaviour
  readonly random: Random
}

/**
 * The group for one request: with group stickiness the one its cookie names, and by weight without such a cookie, or
 * when the group is no longer in the action.
 */
export function stickyGroup(request: IncomingMessage, action: Action, context: StickyContext): ChosenGroup {
  const { Enabled = false, DurationSeconds = 0 } = action.ForwardConfig?.TargetGroupStickinessConfig ?? {}
  if (!Enabled) return { groupArn: chooseGroup(action, context.random), setCookies: [] }
  const stuck = groupOfCookie(request, action, context)
  const groupArn = stuck ?? chooseGroup(action, context.random)
  const isNew = stuck === undefined || context.behaviour.stickyCookie === 'renewed'
  if (groupArn === undefined || !isNew) return { groupArn, setCookies: [] }
  return { groupArn, setCookies: cookiesFor(groupArn, context.now + DurationSeconds * 1000) }
}

function groupOfCookie(
  request: IncomingMessage,
  action: Action,
  { now, behaviour }: StickyContext,
): string | undefined {
  const remembered = rememberedIn(request)
  if (!remembered || remembered.until <= now) return undefined
  const group = weightedGroups(action).find(({ TargetGroupArn }) => TargetGroupArn === remembered.groupArn)
  const isMoved = group?.Weight === 0 && behaviour.stickyAtWeightZero === 'moved'
  return isMoved ? undefined : group?.TargetGroupArn
}

/** AWS encrypts it. Here it only has to be something that clients can do nothing with but send it back. */
function cookiesFor(groupArn: string, until: number): string[] {
  const value = Buffer.from(`${until} ${groupArn}`).toString('base64url')
  const expires = new Date(until).toUTCString()
  return COOKIES.map(({ name, attributes }) => `${name}=${value}; Expires=${expires}; ${attributes}`)
}

function rememberedIn({ headers }: IncomingMessage): { groupArn: string; until: number } | undefined {
  const given = (headers.cookie ?? '').split(';').map((each) => each.trim())
  for (const { name } of COOKIES) {
    const value = given.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1) ?? ''
    const [, until, groupArn] =
      /^(\d+(?:\.\d+)?) (arn:\S+)$/.exec(Buffer.from(value, 'base64url').toString()) ?? []
    if (until !== undefined && groupArn !== undefined) return { groupArn, until: Number(until) }
  }
  return undefined
}
