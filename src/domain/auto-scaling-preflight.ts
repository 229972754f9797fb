import type { AutoScalingSnapshot, Member } from './auto-scaling.ts'
import { hasLeft } from './auto-scaling.ts'
import type { Fleet } from './fleet.ts'
import type { Settings } from './settings.ts'
import { updatesServers } from './settings.ts'
import { idList } from './wording.ts'

interface Touched {
  readonly settings: Settings
  readonly fleet: Fleet
  readonly known: AutoScalingSnapshot | undefined
}

/** What Auto Scaling is about to do with the servers of a rollout, so that it cannot work; each with what to do. */
export function autoScalingProblems({ settings, fleet, known }: Touched): string[] {
  if (known === undefined || !updatesServers(settings)) return []
  const members = membersIn(fleet, known)
  const names = new Set(members.map(({ group }) => group))
  const refreshes = [...known.refreshes]
    .filter(([name]) => names.has(name))
    .map(
      ([name, status]) =>
        `an instance refresh of Auto Scaling group ${name} is ${status}, and replaces the servers that are to be updated: wait until it has ended, or cancel it`,
    )
  const elsewhere = Map.groupBy(
    members.filter(({ lifecycle }) => lifecycle !== 'InService'),
    ({ group, lifecycle }) => `${lifecycle} in Auto Scaling group ${group}`,
  )
  const states = [...elsewhere].map(([state, some]) => {
    const what = some.some(hasLeft) ? 'wait until it is gone' : 'put it back into service, or deregister it'
    return `${idList(some.map(({ id }) => id))} ${some.length === 1 ? 'is' : 'are'} registered, but ${state}: ${what}`
  })
  return [...refreshes, ...states]
}

/** What does not forbid it, but should be known. */
export function autoScalingWarnings({ settings, fleet, known }: Touched): string[] {
  if (known === undefined || !updatesServers(settings)) return []
  const members = membersIn(fleet, known)
  const names = new Set(members.map(({ group }) => group))
  const { version } = settings
  const templates = known.groups
    .filter(({ name }) => names.has(name))
    .map(
      ({ name, launches }) =>
        `the servers that Auto Scaling group ${name} launches start what its ${launches} says, and no rollout changes that: make it start ${version} too, or a server that is launched after this rollout serves the old version`,
    )
  const sick = members.filter(({ isHealthy }) => !isHealthy)
  const replaced = sick.map(
    ({ id, group }) =>
      `${id} is unhealthy to Auto Scaling group ${group}, which replaces it as soon as the rollout has ended, whatever becomes of it: say otherwise with aws autoscaling set-instance-health, or let it be replaced first`,
  )
  return [...templates, ...replaced]
}

const membersIn = ({ servers }: Fleet, { members }: AutoScalingSnapshot): Member[] =>
  servers.flatMap(({ id }) => members.get(id) ?? [])
