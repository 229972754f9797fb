import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { callsIn, sourcesIn } from '../../scripts/iam/calls.ts'
import { FEATURES, type Feature, POLICIES } from '../../scripts/iam/features.ts'
import { differences, permissionsOf, policyFor } from '../../scripts/iam/policy.ts'
import { withPolicies } from '../../scripts/iam-policy.ts'

const sources = sourcesIn('src')
const page = readFileSync('docs/iam.md', 'utf8')
const features: readonly Feature[] = Object.values(FEATURES)
const actions = features.flatMap(permissionsOf).map(({ action }) => action)

describe('docs/iam.md', () => {
  test('has the policies that the code needs', () => {
    expect(differences(callsIn(sources), FEATURES)).toEqual([])
    expect(withPolicies(page)).toBe(page)
  })

  test('shows every feature that needs a policy', () => {
    const shown = new Set(Object.values(POLICIES).flat())
    const needed = Object.entries(FEATURES)
      .filter(([, feature]) => policyFor([feature]).Statement.length > 0)
      .map(([name]) => name)
    expect([...shown].sort()).toEqual(needed.sort())
  })

  test('has a trust policy with the permission that stands there', () => {
    const policies = [...page.matchAll(/```json\n(\{\n[\s\S]*?)```/g)].map(([, text = '']) =>
      JSON.parse(text),
    )
    const trust = policies
      .flatMap(({ Statement }) => Statement)
      .filter(({ Principal }) => Principal !== undefined)
    expect(trust.map(({ Action }) => Action)).toEqual(['sts:AssumeRoleWithWebIdentity'])
  })

  test('names inputs that there are', () => {
    const { inputs } = parse(readFileSync('action.yml', 'utf8')) as { inputs: object }
    expect(Object.keys(inputs)).toEqual(
      expect.arrayContaining(features.flatMap((feature) => [...feature.inputs])),
    )
  })

  test('without its marks is an error', () => {
    expect(() => withPolicies('# Permissions')).toThrow('docs/iam.md lacks <!-- features -->')
  })
})

test('a refused call names a permission of these', () => {
  const services = Object.values(sources).flatMap((text) => [...text.matchAll(/callsTo\('(.*?)'\)/g)])
  const whole = Object.values(sources).flatMap((text) => [...text.matchAll(/permission: '(\w+:\w+)'/g)])
  const operations = Object.values(sources).flatMap((text) => [
    ...text.matchAll(/(?:named|answerOf)\(\s*'(\w+)'/g),
  ])
  const prefixes = services.map(([, prefix = '']) => prefix)
  const named = operations.map(([, operation = '']) => operation)
  expect(named.length).toBeGreaterThan(15)
  expect(named.filter((name) => !prefixes.some((prefix) => actions.includes(`${prefix}:${name}`)))).toEqual(
    [],
  )
  expect(whole.map(([, permission]) => permission).filter((one = '') => !actions.includes(one))).toEqual([])
})

describe('a call', () => {
  const file = 'src/updaters/new.ts'
  const imported = (text: string) => differences(callsIn({ ...sources, [file]: text }), FEATURES)

  test.each([
    [
      `import { GetDocumentCommand } from '@aws-sdk/client-ssm'`,
      `${file} calls ssm GetDocument: say for which feature`,
    ],
    [
      `import {\n  type Command,\n  GetDocumentCommand as Get,\n} from '@aws-sdk/client-ssm'`,
      `${file} calls ssm GetDocument: say for which feature`,
    ],
    [
      `const { EC2Client, DescribeInstancesCommand: D } = await import('@aws-sdk/client-ec2')`,
      `${file} calls ec2 DescribeInstances: say for which feature`,
    ],
    // It may need another policy than where it is known.
    [
      `import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'`,
      `${file} calls cloudwatch DescribeAlarms: say for which feature`,
    ],
  ])('that the table does not have is told: %s', (text, problem) => {
    expect(imported(text)).toEqual([problem])
  })

  test.each([
    `import type { GetDocumentCommand } from '@aws-sdk/client-ssm'`,
    `import { type GetDocumentCommand, SSMClient, InvalidInstanceIdException } from '@aws-sdk/client-ssm'`,
    `import { SendCommandCommand } from '@aws-sdk/client-ssm'`,
  ])('that is none, or that it has, is fine: %s', (text) => {
    expect(imported(text)).toEqual([])
  })

  test.each([
    [`import * as ssm from '@aws-sdk/client-ssm'`, 'an import of a client that is not understood'],
    [`const ssm = await import('@aws-sdk/client-ssm')`, 'an import of a client that is not understood'],
    [
      `import { paginateListCommands } from '@aws-sdk/client-ssm'`,
      'paginateListCommands of the AWS SDK may make calls',
    ],
    [`import { SSM } from '@aws-sdk/client-ssm'`, 'SSM of the AWS SDK may make calls'],
  ])('that could be hidden is an error: %s', (text, problem) => {
    expect(() => imported(text)).toThrow(problem)
  })
})

describe('an entry', () => {
  const feature: Feature = { title: 'x', inputs: [], files: ['src/gates/'], calls: {} }

  test('without a call is told', () => {
    const calls = { cloudwatch: { DescribeAlarmHistory: 'any' } } as const
    expect(differences(callsIn(sources), { ...FEATURES, history: { ...feature, calls } })).toEqual([
      'history has cloudwatch DescribeAlarmHistory, which none of its files calls: take it out',
    ])
  })

  test('of a service without a prefix is told', () => {
    const used = [{ file: 'src/gates/x.ts', client: 'new', operation: 'Get' }]
    const calls = { new: { Get: 'any' } } as const
    expect(differences([...callsIn(sources), ...used], { ...FEATURES, x: { ...feature, calls } })).toEqual([
      'PREFIXES lacks new: what do its permissions begin with?',
    ])
  })

  test('may need a permission of another name', () => {
    const calls = { s3: { HeadObject: { action: 's3:GetObject', on: 'any' } } } as const
    expect(policyFor([{ ...feature, calls }]).Statement).toEqual([
      { Effect: 'Allow', Action: ['s3:GetObject'], Resource: '*' },
    ])
  })
})
