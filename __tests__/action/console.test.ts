import { describe, expect, test } from '@jest/globals'
import { createConsole, type RolloutConsole } from '../../src/action/console.ts'
import type { Event, Happening } from '../../src/domain/events.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { OUTLOOK } from '../support/outlook.ts'
import { RunnerLog } from './runner-log.ts'

const TOKEN = '0123456789abcdef0123'
const START = Date.UTC(2026, 10, 23)

function written(act: (console: RolloutConsole) => void): string {
  let output = ''
  const write = (text: string) => {
    output += text
  }
  act(createConsole({ write, token: TOKEN, startedAt: START }))
  return output
}

const logOf = (act: (console: RolloutConsole) => void): RunnerLog => RunnerLog.of(written(act))

/** Each happening with the second at which it happens. */
const at = (...happenings: (readonly [seconds: number, happening: Happening])[]): Event[] =>
  happenings.map(([seconds, happening]) => ({ ...happening, at: START + seconds * 1_000 }))

const linesOf = (...happenings: Parameters<typeof at>): string[] =>
  logOf((console) => {
    for (const event of at(...happenings)) console.show(event)
  }).lines

const servers = ['i-1', 'i-2']
const PLAN: Plan = {
  direction: 'forward',
  version: '1.0.2',
  maxFailures: 1,
  phases: [
    {
      kind: 'batch',
      servers,
      steps: [{ kind: 'reserve-capacity', servers, floor: 2, withinMs: 0 }],
    },
    { kind: 'batch', servers: ['i-3'], steps: [] },
    { kind: 'put-back', servers: ['i-4'], steps: [] },
  ],
}
const batch = {
  type: 'phase-started',
  phase: 'batch',
  direction: 'forward',
  version: '1.0.2',
  servers,
  batch: 1,
  batches: 2,
} as const

describe('the log of a rollout', () => {
  test('reads as it happened', () => {
    const log = logOf((console) => {
      const events = at(
        [0, { type: 'stage-started', stage: 'Observe' }],
        [
          1,
          {
            type: 'observed',
            groups: [{ name: 'web', targets: 4, healthy: 3, servers: [] }],
            loadBalancers: [],
          },
        ],
        [1, { type: 'stage-started', stage: 'Plan' }],
        [1, { type: 'planned', rolloutId: 'r-1', plan: PLAN, outlook: OUTLOOK }],
        [2, batch],
        [2, { type: 'step-started', step: 'deregister', servers }],
        [2, { type: 'leaving', servers }],
        [3, { type: 'deregistered', group: 'web', servers }],
        [3, { type: 'step-ended', step: 'deregister' }],
        [4, { type: 'drain-confirmed', servers }],
        [18, { type: 'waiting', text: 'i-1, i-2 to drain', elapsedMs: 15_000, limitMs: 600_000 }],
        [33, { type: 'drained', server: 'i-1', by: 'load-balancer' }],
        [23, { type: 'drained', server: 'i-2', by: 'command' }],
        [23, { type: 'drained', server: 'i-3', by: 'connections' }],
        [40, { type: 'update-started', server: 'i-1', version: '1.0.2' }],
        [41, { type: 'update-output', server: 'i-1', line: 'unpacking\t1' }],
        [52, { type: 'update-succeeded', server: 'i-1', version: '1.0.2' }],
        [
          52,
          { type: 'judged', gate: 'smoke', scope: 'server', server: 'i-1', verdict: 'pass', evidence: '200' },
        ],
        [53, { type: 'registered', group: 'web', servers: ['i-1'] }],
        [53, { type: 'returned', servers: ['i-1'] }],
        [73, { type: 'healthy', server: 'i-1' }],
        [83, { type: 'in-service', server: 'i-1' }],
        [84, { type: 'phase-ended' }],
        [85, { type: 'ended', outcome: 'succeeded', reason: '1.0.2 runs on all 4 servers' }],
      )
      for (const event of events) console.show(event)
    })
    expect(log.commands).toEqual([
      { name: 'group', data: 'Observe' },
      { name: 'endgroup', data: '' },
      { name: 'group', data: 'Plan' },
      { name: 'endgroup', data: '' },
      { name: 'group', data: 'Roll out 1.0.2: batch 1 of 2 (2 servers)' },
      { name: 'endgroup', data: '' },
    ])
    expect(log.lines).toEqual([
      'observed web: 4 targets, 3 healthy',
      'planned 4 servers to 1.0.2 in 2 batches',
      'max-failures: 1 server',
      'takes about 2 m 10 s without the updates (give or take 20 s, as health checks happen to come), of which 1 m is the deregistration delay of web (30 s each time)',
      'plus the updates, whose time is not known: 10 m 30 s at the most for each batch',
      'time: 1 m 10 s (54%), calls to AWS',
      'time: 1 m (46%), the deregistration delay of web (30 s each time)',
      'web has 3 healthy of 4 servers, and at no moment fewer than 2',
      'Batch 1, about 1 m 5 s (drain 1 m): i-1, i-2 (2 servers)',
      'Batch 2, about 1 m 5 s (drain 1 m): i-3 (1 server)',
      'Put back, about 1 m 5 s (drain 1 m): i-4 (1 server)',
      'Batches 1 to 2, step 1: take them out of web',
      'Batches 1 to 2, step 2: update to 1.0.2',
      'if it fails: they go back (about 2 m without the updates)',
      'permissions: elasticloadbalancing:AddTags, elasticloadbalancing:RegisterTargets',
      'infrastructure code must leave the tags elb-rollout:… of the target groups alone: the README has what to write under "Terraform and others"',
      'servers: i-1, i-2',
      'step deregister started (2 servers)',
      'began to take out i-1, i-2 (2 servers)',
      'deregistered i-1, i-2 from web (2 servers)',
      'step deregister ended after 1 s',
      'drain confirmed for i-1, i-2 (2 servers)',
      'waiting for i-1, i-2 to drain (15 s of 10 m)',
      'i-1 drained after 30 s',
      'i-2 drained after 20 s, as drained-command said',
      'i-3 drained: no connection was left',
      'i-1 update to 1.0.2 started',
      '[i-1] unpacking\t1',
      'i-1 updated to 1.0.2 in 12 s',
      'smoke passed for i-1: 200',
      'registered i-1 in web (1 server)',
      'registered in every group again: i-1 (1 server)',
      'i-1 healthy after 20 s',
      'i-1 in service after 30 s',
      'phase ended after 1 m 22 s',
      'ended as succeeded after 1 m 25 s: 1.0.2 runs on all 4 servers',
    ])
  })

  test('tells what went wrong', () => {
    const reason = 'exit code 3'
    const lines = linesOf(
      [0, { type: 'refused', problems: ['too few servers', 'no permission'] }],
      [1, { type: 'batch-cut', servers: ['i-1'], later: ['i-2'] }],
      [1, { type: 'batch-retreated', servers, reason: 'i-9 died' }],
      [2, { type: 'update-started', server: 'i-1', version: '2' }],
      [5, { type: 'update-failed', server: 'i-1', version: '2', reason, tail: ['a', 'b'], ended: true }],
      [5, { type: 'update-failed', server: 'i-2', version: '2', reason, tail: [], ended: false }],
      [6, { type: 'server-failed', server: 'i-1', reason }],
      [6, { type: 'server-still-unhealthy', server: 'i-2', reason: 'timeout' }],
      [7, { type: 'judged', gate: 'smoke', scope: 'service', verdict: 'unknown', evidence: 'no answer' }],
      [7, { type: 'step-failed', step: 'update', reason }],
      [8, { type: 'still-out', servers }],
      [8, { type: 'stopped', stop: { cause: 'failure', reason, step: 'update' }, direction: 'forward' }],
      [9, { type: 'stopped', stop: { cause: 'cancel', reason: 'canceled' }, direction: 'rollback' }],
    )
    expect(lines).toEqual([
      'refused: too few servers',
      'refused: no permission',
      'cut the batch to i-1 (1 server), as the floor let no more leave; left for later: i-2 (1 server)',
      'took the batch back, i-1, i-2 (2 servers): i-9 died',
      'i-1 update to 2 started',
      'i-1 update to 2 failed after 3 s: exit code 3; its last lines:',
      '[i-1] | a',
      '[i-1] | b',
      'i-2 update to 2 failed: exit code 3; it may still be running',
      'i-1 failed: exit code 3',
      'i-2 stayed unhealthy, as it was before the rollout: timeout',
      'smoke could not judge: no answer',
      'step update failed: exit code 3',
      'put back, but not seen in the load balancer yet: i-1, i-2 (2 servers)',
      'rollout stopped by failure in step update: exit code 3',
      'rollback stopped by cancel: canceled',
    ])
  })

  test('cuts long lists of ids', () => {
    const many = Array.from({ length: 500 }, (_, index) => `i-${index}`)
    const [line] = linesOf([0, { type: 'deregistered', group: 'web', servers: many }])
    expect(line).toMatch(/, i-19 and 480 more from web \(500 servers\)$/)
  })

  test('measures each phase anew', () => {
    const back = { ...batch, direction: 'rollback', version: '1.0.1' } as const
    const lines = linesOf(
      [0, batch],
      [1, { type: 'deregistered', group: 'web', servers: ['i-1'] }],
      [100, back],
      [101, { type: 'deregistered', group: 'web', servers: ['i-1'] }],
      [102, { type: 'deregistered', group: 'api', servers: ['i-1'] }],
      [111, { type: 'drained', server: 'i-1', by: 'load-balancer' }],
      [112, { type: 'phase-ended' }],
    )
    expect(lines.slice(-2)).toEqual(['i-1 drained after 10 s', 'phase ended after 12 s'])
  })

  test('leaves the last group before what everybody should see', () => {
    const output = written((console) => {
      for (const event of at([0, batch], [1, { type: 'ended', outcome: 'failed', reason: 'x' }]))
        console.show(event)
    })
    expect(output.indexOf('::endgroup::')).toBeLessThan(output.indexOf('ended as failed'))
  })
})

describe('the title of a group', () => {
  test('is shown as it is', () => {
    const log = logOf((console) => console.show({ ...batch, version: '100%0A%', at: START }))
    expect(log.commands).toEqual([{ name: 'group', data: 'Roll out 100%0A%: batch 1 of 2 (2 servers)' }])
  })
})

describe('annotations', () => {
  test('come as commands, with their lines', () => {
    const log = logOf((console) => {
      console.annotate('error', 'a: 100%\nb, c\r\nd')
      console.annotate('notice', 'e')
      console.show({ type: 'warned', text: 'f', at: START })
    })
    expect(log.commands).toEqual([
      { name: 'error', data: 'a: 100%\nb, c\nd' },
      { name: 'notice', data: 'e' },
      { name: 'warning', data: 'f' },
    ])
    expect(log.lines).toEqual([])
  })
  test.each(['a', '😀', '\u0000'])(
    'are as long as the runner keeps, and the log has all of it (%j)',
    (piece) => {
      const text = piece.repeat(5_000)
      const { commands, lines } = logOf((console) => console.annotate('error', text))
      const [message = ''] = commands.map(({ data }) => data)
      expect(message.length).toBeLessThanOrEqual(4_096)
      expect(message).toMatch(/^(a+|(😀)+|(\\x00)+).{0,4}… \(the log has all of it\)$/u)
      expect(lines).toEqual([piece === '\u0000' ? '\\x00'.repeat(5_000) : text])
    },
  )
  test('of 4,096 characters stay as they are', () => {
    const { commands, lines } = logOf((console) => console.annotate('error', 'a'.repeat(4_096)))
    expect([commands[0]?.data, lines]).toEqual(['a'.repeat(4_096), []])
  })
  test('carry no hostile text on', () => {
    const log = logOf((console) =>
      console.annotate('error', 'x\n##[group]y\n::set-output name=a::b\u001b[2J%0A'),
    )
    expect(log.commands).toEqual([
      { name: 'error', data: 'x\n\\x23#[group]y\n::set-output name=a::b\\x1b[2J%0A' },
    ])
  })
})

describe('closing', () => {
  const group = { type: 'stage-started', stage: 'Report', at: START } as const
  test('ends the group and lets commands of others work', () => {
    const output = written((console) => {
      console.show(group)
      console.close()
      console.close()
    })
    const log = RunnerLog.of(output)
    expect(log.isStopped).toBe(false)
    expect(log.commands.map(({ name }) => name)).toEqual(['group', 'endgroup'])
    expect(RunnerLog.of(`${output}::error::late\n`).commands.at(-1)).toEqual({ name: 'error', data: 'late' })
  })
  test('what is shown afterwards is as safe as before', () => {
    const log = logOf((console) => {
      console.close()
      console.show({ type: 'update-output', server: '::set-output name=a::', line: 'x', at: START })
    })
    expect(log.commands).toEqual([])
    expect(log.isStopped).toBe(true)
  })
})

test('commands are off whenever something could write between', () => {
  let output = ''
  const states: boolean[] = []
  const write = (text: string) => {
    output += text
    states.push(RunnerLog.of(output).isStopped)
  }
  const console = createConsole({ write, token: TOKEN })
  const events = at([0, batch], [1, { type: 'warned', text: 'x' }], [2, { type: 'phase-ended' }], [3, batch])
  for (const event of events) console.show(event)
  console.annotate('error', 'y')
  expect(states.length).toBeGreaterThan(5)
  expect(states).not.toContain(false)
})

test('a token that could be guessed is refused', () => {
  for (const token of ['', 'stop', 'a b c d e f g h i j', 'x\n::error::xxxxxxxx']) {
    expect(() => createConsole({ write: () => {}, token })).toThrow('token')
  }
})
