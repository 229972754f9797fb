import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

const policy = /```json\n([\s\S]*?)```/.exec(readFileSync('docs/iam.md', 'utf8'))?.[1] ?? ''

test('the policy in docs/iam.md allows exactly the calls that the code makes', () => {
  const { Statement } = JSON.parse(policy) as { Statement: { Action: string[] }[] }
  const allowed = Statement.flatMap((statement) => statement.Action)
  const sources = readdirSync('src/elbv2').map((name) => readFileSync(`src/elbv2/${name}`, 'utf8'))
  const called = new Set(
    sources.flatMap((source) => [...source.matchAll(/new (\w+)Command\(/g)].map(([, name]) => name)),
  )
  expect(allowed.sort()).toEqual([...called].map((name) => `elasticloadbalancing:${name}`).sort())
})
