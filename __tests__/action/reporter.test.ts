import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createConsole } from '../../src/action/console.ts'
import { Reporter } from '../../src/action/reporter.ts'
import type { Event } from '../../src/domain/events.ts'
import { jsonText } from '../../src/summary/json.ts'
import { markdown } from '../../src/summary/markdown.ts'
import { facts } from '../summary/told.ts'
import { NEW, World } from '../support/world.ts'

const folder = mkdtempSync(join(tmpdir(), 'elb-rollout-reporter-'))
const path = join(folder, 'summary.md')
const outputs = join(folder, 'outputs')
const before = process.env.GITHUB_OUTPUT

beforeAll(() => {
  process.env.GITHUB_OUTPUT = outputs
})
afterAll(() => {
  if (before === undefined) delete process.env.GITHUB_OUTPUT
  else process.env.GITHUB_OUTPUT = before
  rmSync(folder, { recursive: true })
})

const headingNow = () => readFileSync(path, 'utf8').split('\n')[0]

test('the summary is written anew at each phase, so that a run that is killed leaves the last one', async () => {
  const world = new World({
    updateFails: (id, version) => (id === '10.0.0.13' && version === NEW ? 'exit code 3' : undefined),
  })
  const conclusion = await world.rollOut()
  const written: string[] = []
  writeFileSync(outputs, '')
  const reporter = new Reporter({
    facts,
    summarize: markdown,
    json: jsonText,
    console: createConsole({ write: (text) => written.push(text), token: 'x'.repeat(16) }),
    environment: { GITHUB_STEP_SUMMARY: path },
    tempDirectory: folder,
  })
  const headings: (string | undefined)[] = []
  const ended: Event = { type: 'ended', at: world.clock.now(), ...conclusion }
  for (const event of [...world.events, ended]) {
    reporter.note(event)
    if (['phase-started', 'phase-ended', 'stopped'].includes(event.type)) headings.push(headingNow())
  }
  expect(headings).toEqual([
    '## ⏳ Rolling out 1.0.2: batch 1 of 2',
    '## ⏳ Rolling out 1.0.2: batch 1 of 2 done',
    '## ⏳ Rolling out 1.0.2: batch 2 of 2',
    '## ⏳ Rolling out 1.0.2: batch 2 of 2 done',
    '## ⏳ Rolling out 1.0.2: batch 2 of 2 stopped',
    '## ⏳ Going back to 1.0.1: rollback batch 1 of 2',
    '## ⏳ Going back to 1.0.1: rollback batch 1 of 2 done',
    '## ⏳ Going back to 1.0.1: rollback batch 2 of 2',
    '## ⏳ Going back to 1.0.1: rollback batch 2 of 2 done',
  ])
  expect(reporter.finish()).toBe(false)
  expect(headingNow()).toMatch(/^## ⏪ Rolled back: 10\.0\.0\.13&#58; update failed&#58; exit code 3/)
})
