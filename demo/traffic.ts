import { type Action, weightedGroups } from '../simulator/account/action.ts'
import type { Load } from './load.ts'
import type { Group } from './load-balancer.ts'
import type { Stage } from './stage.ts'

/** By group. One that is not among them is not attached, which one with weight 0 is. */
export type Weights = Readonly<Record<string, number>>

/** Of what the actions of a route forward to. */
export function weightsIn(actions: readonly Action[], groups: readonly Group[]): Weights {
  const weights = actions.flatMap(weightedGroups).flatMap(({ TargetGroupArn, Weight }) => {
    const group = groups.find(({ arn }) => arn === TargetGroupArn)
    return group === undefined ? [] : [[group.name, Weight] as const]
  })
  return Object.fromEntries(weights)
}

/** In percent, to a tenth. */
export function shareOf(group: string, weights: Weights): number {
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0)
  return total === 0 ? 0 : Math.round(((weights[group] ?? 0) * 1000) / total) / 10
}

/** A route was given weights. */
export interface Shift {
  readonly route: string
  readonly weights: Weights
  /** Green's part, in percent. */
  readonly green: number
  /** From the start of the load. */
  readonly atSeconds: number
  /** Requests sent by then: those after them are all sent with these weights in place. */
  readonly sent: number
}

/** Writes down each change of weights of the routes that show blue, when it happens. */
export function logShifts(stage: Stage, load: Load): Shift[] {
  const shifts: Shift[] = []
  stage.simulator.observe((event) => {
    if (event.type !== 'actions') return
    const route = stage.routes.find(({ arn, shows }) => arn === event.arn && shows === 'blue')
    if (route === undefined) return
    const weights = weightsIn(event.actions, stage.groups)
    const { seconds: atSeconds, sent } = load
    shifts.push({ route: route.name, weights, green: shareOf('green', weights), atSeconds, sent })
  })
  return shifts
}

/** While green had part of the traffic, on whatever route. */
export interface Exposure {
  readonly from: Shift
  /** When it no longer had any. */
  readonly until: Shift | undefined
  /** The largest part, in percent. */
  readonly most: number
}

/** Of the last time; undefined when there was none. */
export function exposureIn(shifts: readonly Shift[]): Exposure | undefined {
  const exposed = new Set<string>()
  let exposure: Exposure | undefined
  for (const shift of shifts) {
    const wasExposed = exposed.size > 0
    if (shift.green > 0) exposed.add(shift.route)
    else exposed.delete(shift.route)
    if (exposed.size > 0) {
      const now = wasExposed && exposure !== undefined ? exposure : { from: shift, most: 0, until: undefined }
      exposure = { ...now, most: Math.max(now.most, shift.green) }
    } else if (wasExposed && exposure !== undefined) exposure = { ...exposure, until: shift }
  }
  return exposure
}
