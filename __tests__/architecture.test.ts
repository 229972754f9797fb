import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

const BIOME = resolve('node_modules/@biomejs/biome/bin/biome')

const FORBIDDEN = [
  ['src/domain', '../engine/run.ts'],
  ['src/domain', 'node:fs'],
  ['src/domain', '@actions/core'],
  ['src/strategies', '../engine/run.ts'],
  ['src/strategies', 'node:fs'],
  ['src/engine', '../elbv2/load-balancer.ts'],
  ['src/engine', '../strategies/in-place.ts'],
  ['src/engine', '@aws-sdk/client-elastic-load-balancing-v2'],
  ['src/summary', '../action/publish.ts'],
  ['src/elbv2', '../engine/run.ts'],
  ['src/elbv2', '@actions/core'],
  ['src/aws', '../elbv2/client.ts'],
  ['src/aws', '@actions/core'],
  ['src/engine', '../aws/failure.ts'],
  ['src/updaters', '../gates/http-smoke.ts'],
  ['src/gates', '../../simulator/simulator.ts'],
  ['src/action', '../summary/markdown.ts'],
  ['src/action', '@aws-sdk/client-elastic-load-balancing-v2'],
  ['src/journal', '../main.ts'],
  ['src/credentials', '../elbv2/client.ts'],
  ['src/credentials', '@actions/core'],
  ['src/ec2', '../elbv2/client.ts'],
  ['src/auto-scaling', '../elbv2/client.ts'],
  ['src/auto-scaling', '@actions/core'],
  ['simulator', '../src/domain/ports.ts'],
] as const

const ALLOWED = [
  ['src/domain', './fleet.ts'],
  ['src/engine', '../domain/fleet.ts'],
  ['src/elbv2', '@aws-sdk/client-elastic-load-balancing-v2'],
  ['src/aws', 'node:https'],
  ['src/elbv2', '../aws/call.ts'],
  ['src/updaters', 'node:child_process'],
  ['src/credentials', '@aws-sdk/client-sts'],
  ['src/ec2', '@aws-sdk/client-ec2'],
  ['src/auto-scaling', '@aws-sdk/client-auto-scaling'],
  ['src/action', '@actions/core'],
  ['src', './engine/deploy.ts'],
] as const

const IMPURE = [
  ['src/domain', 'Date.now()'],
  ['src/strategies', 'process.env'],
  ['src/engine', 'setTimeout(String, 1)'],
  ['src/summary', 'console.log(1)'],
] as const

/** The rules of this project, let loose on a tree of files that each break one, or none. */
const folder = mkdtempSync(join(realpathSync(tmpdir()), 'elb-rollout-architecture-'))
const found = new Map<string, string[]>()

const importing = (from: string) => `import { x } from '${from}'\n\nexport const y = x\n`
const using = (expression: string) => `export const y = ${expression}\n`
const pathOf = (place: string, text: string) => `${place}/case-${Buffer.from(text).toString('hex')}.ts`

beforeAll(() => {
  copyFileSync('biome.json', join(folder, 'biome.json'))
  const texts = [
    ...[...FORBIDDEN, ...ALLOWED].map(([place, from]) => [place, importing(from)] as const),
    ...IMPURE.map(([place, expression]) => [place, using(expression)] as const),
  ]
  for (const [place, text] of texts) {
    const path = join(folder, pathOf(place, text))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  const { stdout } = spawnSync(
    process.execPath,
    [BIOME, 'lint', '--reporter=github', '--max-diagnostics=none', '.'],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  )
  for (const [, rule = '', path = ''] of stdout.matchAll(/title=lint\/([\w/]+),file=([^,]+),/g)) {
    const name = relative(folder, path)
    found.set(name, [...(found.get(name) ?? []), rule])
  }
})

afterAll(() => rmSync(folder, { recursive: true }))

const rulesBrokenBy = (place: string, text: string) => found.get(pathOf(place, text)) ?? []

describe('the star of imports', () => {
  test.each(FORBIDDEN)('%s may not import %s', (place, from) => {
    expect(rulesBrokenBy(place, importing(from))).toContain('style/noRestrictedImports')
  })

  test.each(ALLOWED)('%s may import %s', (place, from) => {
    expect(rulesBrokenBy(place, importing(from))).toEqual([])
  })

  test.each(IMPURE)('%s uses no %s', (place, expression) => {
    expect(rulesBrokenBy(place, using(expression))).toContain('style/noRestrictedGlobals')
  })
})
