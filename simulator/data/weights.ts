import { type Action, weightedGroups } from '../account/action.ts'
import type { Random } from '../random.ts'

/**
 * The group for one request: by chance, in proportion to the weights. A group that cannot serve is chosen all the same:
 * "the load balancer does not automatically fail over to another" (Rule action types). What all weights 0 means is not
 * documented; here nothing is chosen.
 */
export function chooseGroup(action: Action, random: Random): string | undefined {
  const groups = weightedGroups(action)
  const total = groups.reduce((sum, group) => sum + group.Weight, 0)
  let left = random() * total
  return groups.find((group) => {
    left -= group.Weight
    return left < 0
  })?.TargetGroupArn
}
