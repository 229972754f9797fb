import { describe, expect, test } from '@jest/globals'
import { askedByRunCommand, fleetOf, measure, READINGS } from '../support/draining.ts'
import { Invariants } from '../support/invariants.ts'
import { cancelled } from '../support/shifts.ts'

const SECOND = 1_000

/** Servers are asked for their connections by Run Command, in virtual time. */
describe('a rollout whose servers are asked for their connections', () => {
  test.each(READINGS)(
    'takes under a fifth of the time, or no longer, when AWS is to: %s',
    async (reading) => {
      const { world, ssm } = askedByRunCommand(fleetOf(reading), { run: () => ({ runMs: 2_000 }) })
      const invariants = new Invariants(world, 2)
      const calls: Record<string, number> = {}
      ssm.observe(({ action }) => {
        calls[action] = (calls[action] ?? 0) + 1
      })
      const startedAt = world.clock.now()
      const { outcome } = await world.rollOut()
      const seconds = (world.clock.now() - startedAt) / SECOND
      expect([outcome, invariants.broken]).toEqual(['succeeded', []])
      expect(world.of('drained').map(({ by }) => by)).toEqual(Array(4).fill('connections'))
      const waiting = (await measure(fleetOf(reading))).seconds
      expect(seconds).toBeLessThan(reading === 'accept' ? waiting / 5 : waiting + 5)
      // Two batches; the rest is asked once before it begins.
      expect(calls.SendCommand).toBe(2)
      expect(calls.ListCommandInvocations).toBeLessThanOrEqual(2 * 4 + 1)
    },
  )

  test('whose connections stay waits for the whole delay, says so, and never cancels', async () => {
    const { world, ssm } = askedByRunCommand(fleetOf('accept'), {
      run: ({ parameters: { commands = [] } }) => {
        const [, seconds] = /DRAIN_SECONDS='(\d+)'/.exec(commands.join('\n')) ?? []
        return {
          runMs: Number(seconds) * SECOND,
          exitCode: 1,
          stdout: 'connections were left on port 8080 to the end',
        }
      },
    })
    const { outcome } = await world.rollOut()
    expect(outcome).toBe('succeeded')
    expect(world.of('drained').every(({ by }) => by === 'load-balancer')).toBe(true)
    expect(world.of('warned').map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        'could not see i-100000, i-200000 drain (connections were left on port 8080 to the end): the whole deregistration delay is waited for',
        'could not see i-300000, i-400000 drain (connections were left on port 8080 to the end): the whole deregistration delay is waited for',
      ]),
    )
    expect(ssm.commands.map(({ status }) => status.status)).toEqual(['Failed', 'Failed'])
  })

  test('that cannot be asked goes on all the same, and has said so before', async () => {
    const faults = { deny: ['SendCommand', 'CancelCommand'] }
    const { world } = askedByRunCommand(fleetOf('accept'), { run: () => ({}), faults })
    const { outcome } = await world.rollOut()
    expect(outcome).toBe('succeeded')
    const [, early, late] = world.of('warned').map(({ text }) => text)
    expect(early).toMatch(/^drained-check may see nothing, .*: the credentials lack .*ssm:CancelCommand/)
    expect(late).toMatch(/^could not see i-100000, i-200000 drain \(the credentials lack .*ssm:SendCommand/)
  })

  test('and that is cancelled has its check ended, and its servers back in seconds', async () => {
    const { world, ssm } = askedByRunCommand(fleetOf('accept'), { run: () => ({ runMs: 'forever' }) })
    const at = world.clock.now() + 60 * SECOND
    world.clock.schedule(at, () => world.stop(cancelled))
    const { outcome } = await world.rollOut()
    expect(outcome).toBe('interrupted')
    expect(world.clock.now() - at).toBeLessThanOrEqual(5 * SECOND)
    expect(world.simulator.targets(world.groupArns[0] as string).map(({ State }) => State)).not.toContain(
      'draining',
    )
    await world.clock.advance(5 * SECOND)
    expect(ssm.commands.map(({ status }) => status.status)).toEqual(['Cancelled'])
  })

  test('is a rollback too: the check is made on the way back', async () => {
    const { world, ssm } = askedByRunCommand(
      {
        ...fleetOf('accept'),
        updateFails: (id, version) =>
          version === '1.0.2' && id.startsWith('i-3') ? 'exit code 3' : undefined,
      },
      { run: () => ({ runMs: 2_000 }) },
    )
    const { outcome } = await world.rollOut()
    expect(outcome).toBe('rolled-back')
    expect(ssm.commands.map(({ options }) => options.instanceIds.length)).toEqual([2, 2, 2, 2])
    expect(world.of('drained').every(({ by }) => by === 'connections')).toBe(true)
  })
})
