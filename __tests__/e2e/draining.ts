import { expect, test } from '@jest/globals'
import { serverId } from '../../demo/fleet.ts'
import { failuresIn } from '../../demo/load.ts'
import { INPUTS, NEW, OLD, rollOut, step } from '../../demo/rehearsal.ts'
import type { Stage } from '../../demo/stage.ts'
import { systemClock } from '../../simulator/clock.ts'
import type { Run } from '../../simulator/ssm/course.ts'
import { serveSsm } from '../../simulator/ssm/serve.ts'
import { Ssm } from '../../simulator/ssm/ssm.ts'
import { allIn, PATIENCE_MS } from './expected.ts'

/** In real time: the action does not believe what it sees in the first ten seconds. */
const DELAY_SECONDS = 60

const nameOf = (id: string): string => `AT_${id.replaceAll('-', '_')}`

/** As ssh to a server would find it: here all of them are on this machine, each with an address of its own. */
const DRAINED = `at=AT_\${ROLLOUT_TARGET_ID//-/_}
test -z "$(ss -Htn state established src "\${!at}")"`

const addressesOf = ({ fleet }: Stage): Record<string, string> =>
  Object.fromEntries(fleet.servers.map(({ id, host, port }) => [nameOf(id), `${host}:${port}`]))

test.concurrent(
  'a drained-command that looks at the connections: each batch goes on when the last one has been closed, and no request is cut',
  async () => {
    const setting = {
      servers: 4,
      speed: 1,
      delaySeconds: DELAY_SECONDS,
      behaviour: { idleConnectionsOfDraining: 'closed' as const },
    }
    const rollout = await rollOut(setting, (stage) =>
      step({ 'drained-command': DRAINED }, { environment: addressesOf(stage) })(stage),
    )
    expect(failuresIn(rollout.counts)).toEqual([])
    expect(rollout.leastHealthy).toBeGreaterThanOrEqual(2)
    expect(rollout).toMatchObject(allIn(4, NEW))
    expect(rollout.result).toMatchObject({ exitCode: 0, leftBehind: [] })
    const ended = rollout.result.stdout.match(/drained after (\d+) s, as drained-command said/g) ?? []
    expect(ended).toHaveLength(4)
    for (const line of ended) expect(Number(/\d+/.exec(line)?.[0])).toBeGreaterThanOrEqual(12)
  },
  PATIENCE_MS,
)

/** The first batch has no connections soon, the second one keeps them. */
function agentsOf(servers: number): Ssm {
  const isLate = (id: string) => [3, 4].some((number) => id === serverId('web', number))
  const run: Run = ({ instanceId }) => ({ runMs: isLate(instanceId) ? 'forever' : 2_000 })
  const ssm = new Ssm({ clock: systemClock(), run })
  for (let number = 1; number <= servers; number++) ssm.addNode(serverId('web', number))
  return ssm
}

const secondCheck = (ssm: Ssm): Promise<void> =>
  new Promise((resolve) => {
    const end = ssm.observe(() => {
      if (ssm.commands.length < 2 || ssm.commands[0]?.status.status !== 'InProgress') return
      end()
      resolve()
    })
  })

test.concurrent(
  'drained-check: a batch goes on when its servers say so; killed in the next one, the post step ends the check and puts all back',
  async () => {
    const ssm = agentsOf(4)
    const served = await serveSsm(ssm)
    const environment = { AWS_ENDPOINT_URL_SSM: served.url }
    const inputs = { ...INPUTS, 'drained-check': 'connections' }
    let log = ''
    const rollout = await rollOut({ servers: 4, speed: 1, delaySeconds: DELAY_SECONDS }, async (stage) => {
      const main = stage.run(inputs, { environment })
      await secondCheck(ssm)
      const killed = await main.kill()
      log = killed.stdout
      return stage.run(inputs, { environment, postOf: killed }).ended
    }).finally(() => served.close())
    expect(log.match(/drained after \d+ s: no connection was left/g)).toHaveLength(2)
    expect(failuresIn(rollout.counts)).toEqual([])
    expect(rollout.states).toEqual(Array(4).fill('healthy'))
    expect(rollout.versions).toEqual([NEW, NEW, OLD, OLD])
    expect(rollout.result.summary).toMatch(/^## ✅ Succeeded: put back in what rollout /)
    expect(ssm.commands.map(({ status }) => status.status)).toEqual(['Cancelled', 'Success'])
  },
  PATIENCE_MS,
)
