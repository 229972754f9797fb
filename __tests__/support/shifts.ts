import { expect } from '@jest/globals'
import type { Action } from '../../simulator/account/action.ts'
import type { Ledger } from '../../src/domain/journal.ts'
import type { Conclusion } from '../../src/domain/outcome.ts'
import type { Gate, Verdict } from '../../src/domain/ports.ts'
import type { Settings } from '../../src/domain/settings.ts'
import { createTagCalls } from '../../src/elbv2/tags.ts'
import { createJournalStore } from '../../src/journal/store.ts'
import { inProcessClient } from './in-process-client.ts'
import { weights, weightsOn } from './pair.ts'
import type { Process, ProcessOptions, World } from './world.ts'

const status = [{ from: 200, to: 399 }]

/** Settings of smoke tests; the gates of the tests give the answers. */
export const SMOKE = {
  server: { url: 'http://{ip}/', status },
  service: { url: 'http://www.example.com/', status },
  version: { url: 'http://www.example.com/', status, body: '{version}' },
} as const

/** A gate that fails while `isBad`, and how often it was asked for what. */
export function gateOf(
  scope: Gate['scope'],
  isBad: () => boolean,
): Gate & { asked: { server?: string; version: string }[] } {
  const asked: { server?: string; version: string }[] = []
  const check: Gate['check'] = async ({ version, server }) => {
    asked.push(server === undefined ? { version } : { version, server: server.id })
    return isBad() ? BAD : GOOD
  }
  return { name: 'smoke test', scope, check, asked }
}

const GOOD: Verdict = { verdict: 'pass', evidence: 'status 200' }
const BAD: Verdict = { verdict: 'fail', evidence: 'status 500' }

export interface Change {
  /** From the moment at which it was begun to watch. */
  readonly at: number
  readonly route: number
  readonly blue: number
  readonly green: number
}

/** Every change of the actions of our routes, by anybody. */
export function watchChanges(world: World): Change[] {
  const changes: Change[] = []
  const start = world.clock.now()
  world.simulator.observe((event) => {
    if (event.type !== 'actions') return
    const route = world.routeArns.indexOf(event.arn)
    changes.push({ at: event.at - start, route, ...weightsOn(world, event.arn) })
  })
  return changes
}

/** Names of the calls of this kind that are made from now on, also those that fail. */
export function watchCalls(world: World, pattern = /^(?!Describe)/): { at: number; action: string }[] {
  const calls: { at: number; action: string }[] = []
  world.simulator.observe((event) => {
    if (event.type === 'call' && pattern.test(event.action)) calls.push(event)
  })
  return calls
}

/** Does something once, `afterMs` after green has got this weight on one of our routes. */
export function whenGreenHas(world: World, weight: number, act: () => void, afterMs = 0): void {
  const end = world.simulator.observe((event) => {
    if (event.type !== 'actions' || weightsOn(world, event.arn).green !== weight) return
    end()
    world.clock.schedule(event.at + afterMs, act)
  })
}

/** Changes the forward of a route as somebody else would, and leaves what stands before it. */
export function changeForward(
  world: World,
  routeArn: string,
  change: (config: NonNullable<Action['ForwardConfig']>) => Action['ForwardConfig'],
): void {
  const actions = world.simulator.actions(routeArn)
  const last = actions.at(-1) as Action
  const { TargetGroupArn: _, ForwardConfig = {}, ...rest } = last
  const config = change(ForwardConfig) ?? {}
  world.simulator.setActions(routeArn, [...actions.slice(0, -1), { ...rest, ForwardConfig: config }])
}

/** Gives the groups of the pair these weights, as somebody else would. */
export function setWeights(world: World, routeArn: string, given: { blue: number; green: number }): void {
  const [blue = '', green = ''] = world.groupArns
  changeForward(world, routeArn, ({ TargetGroups = [], ...config }) => {
    const others = TargetGroups.filter(({ TargetGroupArn }) => !world.groupArns.includes(TargetGroupArn))
    return {
      ...config,
      TargetGroups: [
        ...others,
        { TargetGroupArn: blue, Weight: given.blue },
        { TargetGroupArn: green, Weight: given.green },
      ],
    }
  })
}

/** Puts an action before the forward, as somebody else would. */
export function addJwt(world: World, routeArn: string): void {
  const JwtValidationConfig = { JwksEndpoint: 'https://id.example/jwks', Issuer: 'https://id.example' }
  const actions = world.simulator.actions(routeArn).map((action) => ({ ...action, Order: 2 }))
  world.simulator.setActions(routeArn, [
    { Type: 'jwt-validation', Order: 1, JwtValidationConfig },
    ...actions,
  ])
}

export const actionTypes = (world: World, routeArn: string): string[] =>
  world.simulator.actions(routeArn).map(({ Type }) => Type)

export function removeRule(world: World, ruleArn: string): void {
  world.simulator.account.routing.rules.delete(ruleArn)
}

/** A process on another runner, which knows nothing but the ARNs of the groups and what an operator types. */
export const operator = (mode: Settings['mode'], change: Partial<Settings> = {}): ProcessOptions => ({
  settings: {
    mode,
    strategy: 'in-place',
    settleTimeMs: 10_000,
    bakeTimeMs: 10_000,
    ...(mode === 'rollback' ? { rolloutId: 'latest' } : {}),
    ...change,
  },
  withoutVersions: true,
})

export const run = (world: World, options: ProcessOptions): Promise<Conclusion> =>
  world.clock.run(world.start(options).ended)

/** Dies right after its nth call of this kind took effect. */
export const afterCall = (name: string, nth: number): Process['life']['diesAt'] => {
  let seen = 0
  return ({ action, when }) => action === name && when === 'after' && ++seen === nth
}

/** Runs until the process dies at the point at which `diesAt` says so; false: it has ended before. */
export async function runUntilDeath(
  world: World,
  options: ProcessOptions,
  diesAt: Process['life']['diesAt'],
): Promise<Process | undefined> {
  const process = world.start(options)
  const death = new Promise<boolean>((resolve) => {
    process.life.onDeath = () => resolve(true)
  })
  process.life.diesAt = diesAt
  const isDead = await world.clock.run(Promise.race([death, process.ended.then(() => false)]))
  return isDead ? process : undefined
}

/** All routes the same. */
export const everyRoute = (world: World, blue: number, green: number) =>
  world.routeArns.map(() => ({ blue, green }))

export const cancelled = { cause: 'cancel', reason: 'cancelled' } as const

/** The version that is written of a group. */
export const holds = (world: World, group: 'blue' | 'green'): string | undefined => {
  const [blue = '', green = ''] = world.groupArns
  return world.simulator.tags(group === 'blue' ? blue : green)['elb-rollout:holds']
}

export const ledger = (world: World, group: 'blue' | 'green'): string => {
  const [blue = '', green = ''] = world.groupArns
  return world.simulator.tags(group === 'blue' ? blue : green)['elb-rollout:ledger'] ?? ''
}

/** Writes something else down about a group, as another tool of ours would. */
export async function rewrite(world: World, groupArn: string, change: Partial<Ledger>): Promise<void> {
  const store = createJournalStore(createTagCalls(inProcessClient(world.simulator)))
  const { ledgers } = await store.read(world.groupArns)
  await store.write([groupArn], { ledgers: new Map([[groupArn, { ...ledgers.get(groupArn), ...change }]]) })
}

/** Refused before anything was changed. */
export async function refusal(world: World, change: Parameters<World['rollOut']>[0] = {}): Promise<string> {
  const writes = watchCalls(world)
  const before = weights(world)
  const { outcome, reason } = await world.rollOut(change)
  expect([outcome, writes, weights(world)]).toEqual(['refused', [], before])
  expect(reason).not.toContain('arn:aws')
  return reason
}
