import { spawnSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse } from 'yaml'
import type { Event } from '../../src/domain/events.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { Report, ReportFacts } from '../../src/domain/report.ts'
import { reportOf } from '../../src/domain/report.ts'
import { markdown } from '../../src/summary/markdown.ts'
import { OUTLOOK } from '../support/outlook.ts'
import { NEW, OLD } from '../support/world.ts'
import { ARN, facts, STARTED_AT, shown, workflow } from './told.ts'

const GREEN_ARN = ARN.replaceAll('web', 'green')

const phase: Event = {
  ...{ type: 'phase-started', phase: 'batch', direction: 'forward', version: NEW, servers: ['i-1'] },
  ...{ batch: 1, batches: 1, at: STARTED_AT },
}
const plan = { direction: 'forward', version: NEW, leaves: OLD, phases: [], maxFailures: 0 } as const

interface Given {
  readonly mode?: string
  readonly outcome?: Outcome
  readonly strategy?: 'in-place' | 'blue-green'
  readonly more?: Partial<ReportFacts>
}

function reportAt({ mode = 'deploy', outcome, strategy = 'in-place', more = {} }: Given): Report {
  const routes = [{ name: 'HTTPS:443', weights: 'web 1, green 0' }]
  const found = {
    type: 'routes-found',
    blue: 'web',
    green: 'green',
    routes,
    share: 0,
    at: STARTED_AT,
  } as const
  const { rolloutId } = facts
  const planned = { type: 'planned', rolloutId, plan, outlook: OUTLOOK, at: STARTED_AT } as const
  const events: Event[] = [
    ...(strategy === 'blue-green' ? [found] : []),
    planned,
    phase,
    ...(outcome === undefined
      ? []
      : [{ type: 'ended', outcome, reason: 'so it is', at: STARTED_AT } as const]),
  ]
  const targetGroupArns = strategy === 'blue-green' ? [ARN, GREEN_ARN] : [ARN]
  return reportOf({ ...facts, mode, strategy, targetGroupArns, ...more }, events)
}

const snippets = (language: string, summary: string): string[] =>
  [...summary.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)\n\`\`\`$`, 'gm'))].map(
    ([, text = '']) => text,
  )

interface Step {
  readonly uses: string
  readonly with: Record<string, string>
}

const stepsIn = (summary: string): Step[] =>
  snippets('yaml', summary).flatMap((text) => parse(text) as Step[])

const nextIn = (summary: string): string => /^\*\*Next:\*\* (.*)$/m.exec(shown(summary))?.[1] ?? ''

/** What a shell makes of it. */
function wordsOf(command: string): string[] {
  const { stdout } = spawnSync('bash', ['-c', `gh() { printf '%s\\0' "$@"; }; ${command}`], {
    encoding: 'utf8',
  })
  return stdout.split('\0').slice(0, -1)
}

describe('the next step', () => {
  test('after success is how to go back, as a step and as a command', () => {
    const summary = markdown(reportAt({ outcome: 'succeeded', more: { workflow } }))
    expect(stepsIn(summary)).toEqual([
      {
        uses: 'elb-rollout/elb-rollout@v1',
        with: { mode: 'rollback', 'rollout-id': facts.rolloutId, 'target-group-arns': ARN },
      },
    ])
    expect(summary).toContain('# update-command, and what belongs to it: as in the step that deployed')
    expect(snippets('sh', summary).map(wordsOf)).toEqual([
      ['workflow', 'run', 'rollback.yml', '--repo', 'octo-org/shop', '-f', `rollout-id=${facts.rolloutId}`],
    ])
  })

  test('names the action as the workflow did, the region and the role', () => {
    const action = { repository: 'octo-org/elb-rollout', ref: '0123456789abcdef' }
    const role = 'arn:aws:iam::123456789012:role/deployer'
    const more = { workflow: { ...workflow, action }, inputs: { region: 'eu-west-1', roleToAssume: role } }
    const [step] = stepsIn(markdown(reportAt({ outcome: 'held', strategy: 'blue-green', more })))
    expect(step).toEqual({
      uses: 'octo-org/elb-rollout@0123456789abcdef',
      with: {
        mode: 'promote',
        'rollout-id': facts.rolloutId,
        'target-group-arns': `${ARN}\n${GREEN_ARN}\n`,
        traffic: '100%',
        'aws-region': 'eu-west-1',
        'role-to-assume': role,
      },
    })
  })

  test('of a hold is to promote or to go back', () => {
    const steps = stepsIn(markdown(reportAt({ outcome: 'held', strategy: 'blue-green' })))
    expect(steps.map((step) => step.with.mode)).toEqual(['promote', 'rollback'])
  })

  test.each<[Given, RegExp, string[]]>([
    [{}, /^wait: /, ['recover']],
    [{ outcome: 'interrupted' }, /post step/, ['recover']],
    [{ outcome: 'interrupted', mode: 'recover' }, /^run the recovery again/, ['recover']],
    [{ outcome: 'interrupted', mode: 'rollback' }, /run the same rollback again/, ['rollback']],
    [
      { outcome: 'interrupted', mode: 'promote', strategy: 'blue-green' },
      /held as it was/,
      ['promote', 'rollback'],
    ],
    [{ outcome: 'failed' }, /brings all of them to the version before/, ['rollback']],
    [
      { outcome: 'failed', strategy: 'blue-green' },
      /^nothing is urgent: all traffic is on the version before/,
      [],
    ],
    [{ outcome: 'failed', mode: 'rollback' }, /run the same rollback again/, ['rollback']],
    [{ outcome: 'failed', mode: 'recover' }, /^look at the servers/, []],
    [{ outcome: 'rolled-back' }, /^nothing is urgent/, []],
    [{ outcome: 'rolled-back', mode: 'promote', strategy: 'blue-green' }, /nothing is held any more/, []],
    [{ outcome: 'refused', mode: 'promote' }, /^do what is said above, then start it again/, []],
    [{ outcome: 'refused', mode: 'rollback' }, /^do what is said above, then start it again/, []],
    [{ outcome: 'refused' }, /^do what is said above/, []],
    [{ outcome: 'planned' }, /without dry-run/, []],
    [{ outcome: 'succeeded', mode: 'rollback' }, /^nothing is to be done\.$/, []],
    [{ outcome: 'succeeded', mode: 'recover' }, /^deploy again/, []],
    [{ outcome: 'succeeded', strategy: 'blue-green' }, /in seconds/, ['rollback']],
  ])('of %j', (given, text, modes) => {
    const summary = markdown(reportAt(given))
    expect(nextIn(summary)).toMatch(text)
    expect(stepsIn(summary).map((step) => step.with.mode)).toEqual(modes)
  })

  test('of a recovery that has found nothing to put back, on a fleet of which nobody knows the versions, is not nothing', () => {
    const group = { name: 'web', targets: 1, healthy: 1, servers: [] }
    const observed = (isMixed: boolean): Event => ({
      ...{ type: 'observed', loadBalancers: [], at: STARTED_AT },
      groups: [isMixed ? { ...group, isMixed } : group],
    })
    const ended: Event = { type: 'ended', outcome: 'succeeded', reason: 'nothing to recover', at: STARTED_AT }
    const summaryOf = (isMixed: boolean) =>
      markdown(reportOf({ ...facts, mode: 'recover' }, [observed(isMixed), ended]))
    expect(nextIn(summaryOf(true))).toMatch(/^servers may run different versions/)
    expect(stepsIn(summaryOf(true)).map((step) => step.with['rollout-id'])).toEqual(['latest'])
    expect(nextIn(summaryOf(false))).toMatch(/^nothing is to be put right/)
  })

  test('after a first rollout, of which nobody has written what was before, asks for that', () => {
    const { previousVersion: _, ...rest } = facts
    const { leaves: __, ...first } = plan
    const { rolloutId } = facts
    const planned = { type: 'planned', rolloutId, plan: first, outlook: OUTLOOK, at: STARTED_AT } as const
    const ended: Event = { type: 'ended', outcome: 'succeeded', reason: 'done', at: STARTED_AT }
    const summary = markdown(reportOf({ ...rest, workflow }, [planned, phase, ended]))
    expect(summary).toContain('# previous-version: the version to go back to')
    expect(snippets('sh', summary)).toEqual([])
  })

  test('of one that took too long is not to mend the version', () => {
    const stop = { cause: 'timeout', reason: 'not done within the timeout of 10 m' } as const
    const stopped: Event = { type: 'stopped', stop, direction: 'forward', at: STARTED_AT }
    const ended: Event = { type: 'ended', outcome: 'rolled-back', reason: stop.reason, at: STARTED_AT }
    const summary = markdown(reportOf(facts, [phase, stopped, ended]))
    expect(nextIn(summary)).toMatch(/what was slow, or give more timeout/)
    expect(summary).toContain('It took longer than it may.')
  })

  test('of a shift that was frozen in between is to go back, or on', () => {
    const shifted: Event = { type: 'shifted', share: 100, routes: 1, at: STARTED_AT }
    const ended: Event = { type: 'ended', outcome: 'failed', reason: 'frozen', at: STARTED_AT }
    const found: Event = { type: 'routes-found', blue: 'a', green: 'b', routes: [], share: 0, at: STARTED_AT }
    const summary = markdown(reportOf({ ...facts, strategy: 'blue-green' }, [found, phase, shifted, ended]))
    expect(stepsIn(summary).map((step) => step.with.mode)).toEqual(['rollback', 'promote'])
  })

  test('of one that another run has taken over is to look at that', () => {
    const stop = { cause: 'ousted', reason: 'deploy r-2 has come' } as const
    const stopped: Event = { type: 'stopped', stop, direction: 'forward', at: STARTED_AT }
    const ended: Event = {
      type: 'ended',
      outcome: 'interrupted',
      reason: 'deploy r-2 has come',
      at: STARTED_AT,
    }
    const summary = markdown(reportOf(facts, [phase, stopped, ended]))
    expect(nextIn(summary)).toMatch(/^look at the run that has taken over/)
    expect(stepsIn(summary)).toEqual([])
  })

  test('runs the workflow again where that is what is to be done', () => {
    const commandsOf = (given: Given) =>
      snippets('sh', markdown(reportAt({ ...given, more: { workflow } }))).map(wordsOf)
    const rerun = ['run', 'rerun', '19532640001', '--repo', 'octo-org/shop']
    expect(commandsOf({ outcome: 'refused' })).toEqual([rerun])
    expect(commandsOf({ outcome: 'rolled-back' })).toEqual([rerun])
    // A recovery that is run again deploys nothing.
    expect(commandsOf({ outcome: 'succeeded', mode: 'recover' })).toEqual([])
  })

  test('names the host of a GitHub that is not GitHub’s own', () => {
    const runUrl = 'https://github.example.com:8443/octo-org/shop/actions/runs/7'
    const summary = markdown(reportAt({ outcome: 'refused', more: { workflow: { ...workflow, runUrl } } }))
    expect(snippets('sh', summary)).toEqual(['gh run rerun 7 --repo github.example.com:8443/octo-org/shop'])
  })
})

describe('what is pasted', () => {
  const hostile = fc.oneof(
    fc.constantFrom(
      '$(touch owned)',
      '`touch owned`',
      "'; touch owned; '",
      'a: b',
      '$' + '{{ secrets.TOKEN }}',
      '#',
      '-x',
      '\n```\n\n# owned\n',
      'a\n    mode: deploy',
      'arn:aws:x\n- run: touch owned',
    ),
    fc.string(),
  )

  test('holds nothing of hostile values but what they say, or leaves them out', () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (id, arn, region) => {
        const more = {
          ...{ targetGroupArns: [arn], inputs: { region, roleToAssume: region }, rolloutId: id },
          workflow: { ...workflow, action: { repository: arn, ref: region } },
        }
        const report = reportAt({ outcome: 'failed', more })
        const summary = markdown({ ...report, facts: { ...report.facts, rolloutId: id } })
        const [step, ...others] = stepsIn(summary)
        expect(others).toEqual([])
        const values: Record<string, string> = step?.with ?? {}
        const { mode, ...rest } = values
        expect(mode).toBe('rollback')
        const given: Record<string, string> = {
          'rollout-id': id,
          'target-group-arns': arn,
          'aws-region': region,
          'role-to-assume': region,
        }
        for (const [input, value] of Object.entries(rest)) expect(value).toBe(given[input])
        expect(['elb-rollout/elb-rollout@v1', `${arn}@${region}`]).toContain(step?.uses)
        for (const command of snippets('sh', summary)) {
          expect([`rollout-id=${id}`, 'octo-org/shop']).toContain(wordsOf(command).at(-1))
        }
      }),
      { numRuns: 300 },
    )
  })
})
