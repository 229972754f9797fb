import { describe, expect, test } from '@jest/globals'
import { FEATURES } from '../../scripts/iam/features.ts'
import { permissionsOf } from '../../scripts/iam/policy.ts'
import { operations as autoScalingOperations } from '../../simulator/auto-scaling/operations/index.ts'
import { operations } from '../../simulator/operations/index.ts'
import { onlyReads, PERMISSIONS } from '../../src/domain/permissions.ts'
import type { Settings } from '../../src/domain/settings.ts'
import { World, type WorldOptions } from '../support/world.ts'

test('what a plan says is what docs/iam.md says', () => {
  const documented = Object.entries(FEATURES).map(([name, feature]) => [
    name,
    permissionsOf(feature)
      .map(({ action }) => action)
      .sort(),
  ])
  expect(Object.entries(PERMISSIONS).map(([name, permissions]) => [name, [...permissions].sort()])).toEqual(
    expect.arrayContaining(documented),
  )
  expect(Object.keys(PERMISSIONS).sort()).toEqual(Object.keys(FEATURES).sort())
})

const known = [...operations.keys(), ...autoScalingOperations.keys()]

/** Everything that the plan does not name is denied. */
const notNamed = (permissions: readonly string[]): string[] => {
  const named = permissions.map((permission) => permission.split(':')[1])
  return known.filter((operation) => !named.includes(operation))
}

async function planned(options: WorldOptions, settings: Partial<Settings> = {}): Promise<readonly string[]> {
  const world = new World(options)
  const { outcome } = await world.rollOut({ ...settings, dryRun: true })
  expect(outcome).toBe('planned')
  return world.of('planned')[0]?.outlook.permissions ?? []
}

const FLEETS: Readonly<Record<string, WorldOptions>> = {
  'addresses in-place': {},
  'instances in-place': { targetType: 'instance' },
  'an Auto Scaling group': { targetType: 'instance', autoScaling: {} },
  'a network load balancer': { balancer: 'network', zones: ['a'] },
  'blue-green': { pair: { routes: [{ weight: 7 }, { weight: 3 }] } },
}

describe.each(Object.entries(FLEETS))('the permissions that a plan names: %s', (_, options) => {
  test('are enough for the rollout', async () => {
    const deny = notNamed(await planned(options))
    expect(deny).not.toEqual([])
    const world = new World({ ...options, faults: { deny } })
    const { outcome } = await world.rollOut()
    expect([outcome, world.of('warned').filter(({ text }) => text.includes('permission'))]).toEqual([
      'succeeded',
      [],
    ])
  })

  test('that only read are enough for a dry run', async () => {
    const permissions = await planned(options)
    const deny = notNamed(permissions.filter(onlyReads))
    expect(deny).toContain('AddTags')
    expect(await planned({ ...options, faults: { deny } })).toEqual(permissions)
  })
})

test('other services are named where the settings use them', async () => {
  const asked = async (settings: Partial<Settings>) =>
    (await planned({ targetType: 'instance' }, settings)).filter((one) => /^(ssm|cloudwatch|sts):/.test(one))
  expect(await asked({})).toEqual([])
  expect(await asked({ drainedCheck: 'connections' })).toContain('ssm:SendCommand')
  expect(await asked({ alarms: { names: ['a'], ignoredAtStart: [] } })).toEqual(['cloudwatch:DescribeAlarms'])
  expect(await asked({ roleToAssume: 'arn:aws:iam::123456789012:role/deployer' })).toEqual([
    'sts:AssumeRoleWithWebIdentity',
  ])
})
