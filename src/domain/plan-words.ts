import type { Fleet, Snapshot } from './fleet.ts'
import { drainMs, longest } from './network.ts'
import type { Plan, Step, StepKind } from './plan.ts'
import { nameOfGroup } from './routing.ts'
import type { Settings } from './settings.ts'
import { showShare } from './traffic.ts'
import { duration, plural } from './wording.ts'

export interface WordFacts {
  readonly settings: Settings
  readonly snapshot: Snapshot
  readonly fleet: Fleet
  readonly plan: Plan
  /** Servers of the largest phase. */
  readonly largest: number
}

type StepOf<Kind extends StepKind> = Extract<Step, { kind: Kind }>
type Teller<Kind extends StepKind> = (step: StepOf<Kind>, facts: WordFacts) => string

/** What a step does, in a few words that hold for every batch; with names from outside. */
export const stepWords = (step: Step, facts: WordFacts): string =>
  (TELLERS[step.kind] as Teller<StepKind>)(step, facts)

/** A new kind of step does not compile until it is told here. */
const TELLERS: { readonly [Kind in StepKind]: Teller<Kind> } = {
  'reserve-capacity': ({ floor, withinMs }) =>
    `wait, for ${duration(withinMs)} at most, until they may leave: ${plural(floor, 'healthy server')} must stay in every group`,
  deregister: (_, { fleet }) => `take them out of ${namesOf(fleet)}`,
  'await-drained': drain,
  update: ({ version }, { settings, largest }) =>
    `update to ${version} by ${updaterOf(settings)}${atOnce(settings, largest)}; each may take ${duration(settings.updateTimeoutMs)}`,
  check: ({ scope, withinMs }) =>
    `${scope === 'server' ? 'smoke test of each server' : 'smoke test of the service'}, which must answer within ${duration(withinMs)}`,
  register: (_, { fleet }) => `register them in ${namesOf(fleet)} again`,
  'await-healthy': ({ forMs, withinMs }) =>
    `wait until they are healthy, for ${duration(withinMs)} at most, and have stayed so for ${duration(forMs)}`,
  'await-ready': ({ group, least, forMs, withinMs }) =>
    withinMs === 0
      ? `see that ${nameOfGroup(group)} has ${plural(least, 'healthy server')}`
      : `wait, for ${duration(withinMs)} at most, until ${nameOfGroup(group)} has ${plural(least, 'healthy server')}, and has had them for ${duration(forMs)}`,
  'set-weights': weights,
  hold: ({ forMs, watch }, { settings }) =>
    watch === undefined
      ? `let the change reach all of the load balancer, ${duration(forMs)}`
      : `let ${duration(forMs)} pass while ${witnesses(settings)} must not object`,
}

const namesOf = ({ groups }: Fleet): string => groups.map(({ name }) => name).join(', ')

const updaterOf = ({ ssm }: Settings): string => (ssm === undefined ? 'update-command' : 'Run Command')

/** Where it makes a difference to any batch. */
const atOnce = ({ updateConcurrency: lanes }: Settings, largest: number): string =>
  lanes === undefined || lanes >= largest ? '' : `, ${lanes} at once`

function drain({ leastMs }: StepOf<'await-drained'>, { settings, fleet }: WordFacts): string {
  const whole = duration(longest(fleet.groups, drainMs))
  if (leastMs === undefined) return `let them finish their requests (drain), ${whole}`
  const until =
    settings.drainedCommand === undefined
      ? 'no connection is left (drained-check)'
      : 'drained-command says that they have none'
  return `let them finish their requests (drain), until ${until}, ${whole} at most`
}

function weights({ share, routes, pair, drift }: StepOf<'set-weights'>, { plan }: WordFacts): string {
  const where = plural(routes.length, 'route')
  const [blue, green] = [nameOfGroup(pair.blue), nameOfGroup(pair.green)]
  if (share > 0 && plan.shift?.base === share && drift === 'stops')
    return `see that ${green} has ${showShare(share)} of the traffic on ${where}, as it was held`
  if (share > 0) return `give ${green} that share of the traffic on ${where}, and see that they have it`
  return drift === 'stays' || plan.direction === 'rollback'
    ? `give ${blue} all of the traffic on ${where}, as before`
    : `see that ${green} is attached to ${where} at weight 0, so that it is health-checked`
}

/** Those who may stop a rollout while time passes. */
function witnesses({ smoke, alarms, canary }: Settings): string {
  const all = [
    'health checks',
    ...(smoke === undefined ? [] : ['the smoke test']),
    ...(alarms === undefined ? [] : ['alarms']),
    ...(canary === undefined ? [] : ['metrics']),
  ]
  return all.join(', ')
}
