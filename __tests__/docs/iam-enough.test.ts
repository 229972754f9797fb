import { describe, expect, test } from '@jest/globals'
import { FEATURES, POLICIES } from '../../scripts/iam/features.ts'
import { policyFor } from '../../scripts/iam/policy.ts'
import { operations } from '../../simulator/operations/index.ts'
import type { Conclusion } from '../../src/domain/outcome.ts'
import { World } from '../support/world.ts'

const SERVICE = 'elasticloadbalancing:'

function allowedBy(policy: 'in-place' | 'blue-green'): string[] {
  const { Statement } = policyFor((POLICIES[policy] ?? []).map((name) => FEATURES[name]))
  return Statement.flatMap(({ Action }) => Action).map((action) => action.replace(SERVICE, ''))
}

const known = [...operations.keys()]
const pair = { routes: [{ weight: 7 }, { weight: 3 }] }

const worlds = {
  'in-place': (deny: string[]) => new World({ faults: { deny }, updateFails: lateFailure }),
  'blue-green': (deny: string[]) => new World({ pair, faults: { deny } }),
} as const

/** So that servers go back too. */
const lateFailure = (id: string, version: string): string | undefined =>
  id === '10.0.0.14' && version !== '1.0.1' ? 'exit code 1' : undefined

async function rollOut(strategy: keyof typeof worlds, deny: string[]) {
  const world = worlds[strategy](deny)
  const conclusion: Conclusion = await world.rollOut()
  const told = [
    conclusion.reason,
    ...world.of('warned').map(({ text }) => text),
    ...world.of('refused').flatMap(({ problems }) => problems),
  ]
  return { ...conclusion, told: told.join('\n') }
}

describe.each([
  ['in-place', 'rolled-back'],
  ['blue-green', 'succeeded'],
] as const)('the policy for %s', (strategy, goodEnd) => {
  const allowed = allowedBy(strategy)

  test('allows all of a rollout', async () => {
    expect(known).toEqual(expect.arrayContaining(allowed))
    const { outcome, told } = await rollOut(
      strategy,
      known.filter((operation) => !allowed.includes(operation)),
    )
    expect([outcome, told]).toEqual([goodEnd, expect.not.stringContaining('permission')])
  })

  test.each(allowed)(
    '%s is needed, and is named when it is missing, with who may not do it to what',
    async (operation) => {
      const { told } = await rollOut(strategy, [operation])
      expect(told).toMatch(new RegExp(`the credentials (need|lack) the permission ${SERVICE}${operation}\\b`))
      expect(told).toMatch(/User: \S*assumed-role\/deployer\/ci is not authorized/)
      expect(told).toMatch(/on resource: (\*|\S*(targetgroup|listener)\S*\/)/)
    },
  )
})

test.each(['in-place', 'blue-green'] as const)(
  'a claim that may not be written has changed nothing: %s',
  async (strategy) => {
    const { outcome, reason } = await rollOut(strategy, ['AddTags'])
    expect([outcome, reason]).toEqual([
      'refused',
      expect.stringContaining('the credentials need the permission elasticloadbalancing:AddTags'),
    ])
    expect(reason).not.toContain('arn:')
  },
)
