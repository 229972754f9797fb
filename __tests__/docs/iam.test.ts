import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

const [policy = '', outside = '', scaling = ''] = [
  ...readFileSync('docs/iam.md', 'utf8').matchAll(/```json\n([\s\S]*?)```/g),
].map(([, text]) => text)

test('the policy in docs/iam.md allows exactly the calls that the code makes', () => {
  expect(allowedBy(policy)).toEqual(calledIn(/^src\/elbv2\//, 'elasticloadbalancing'))
})

test('the policy for Run Command, alarms and metrics too', () => {
  const called = [...calledIn(/^src\/gates\//, 'cloudwatch'), ...calledIn(/^src\/updaters\//, 'ssm')]
  expect(called).toContain('ssm:SendCommand')
  expect(allowedBy(outside)).toEqual(called.sort())
})

test('the policy for Auto Scaling too', () => {
  const called = calledIn(/^src\/auto-scaling\//, 'autoscaling')
  expect(called).toContain('autoscaling:SuspendProcesses')
  expect(allowedBy(scaling)).toEqual(called)
})

function allowedBy(text: string): string[] {
  const { Statement } = JSON.parse(text) as { Statement: { Action: string | string[] }[] }
  return Statement.flatMap((statement) => statement.Action).sort()
}

function calledIn(where: RegExp, service: string): string[] {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).map((name) => `src/${name}`)
  const sources = files
    .filter((file) => where.test(file) && file.endsWith('.ts'))
    .map((file) => readFileSync(file, 'utf8'))
  const called = sources.flatMap((source) =>
    [...source.matchAll(/new (\w+)Command\(/g)].map(([, name]) => `${service}:${name}`),
  )
  return [...new Set(called)].sort()
}
