import type { Clock } from '../simulator/clock.ts'
import type { Run } from '../simulator/ssm/course.ts'
import { ScriptAgents } from '../simulator/ssm/script-agents.ts'
import { type ServedSsm, serveSsm } from '../simulator/ssm/serve.ts'
import { Ssm } from '../simulator/ssm/ssm.ts'

export interface AgentOptions {
  /** Ids of servers whose agent has no connection. */
  readonly offline?: readonly string[]
  /** Ids of servers whose agent does not hear that a command is to end. */
  readonly deaf?: readonly string[]
}

interface Setting extends AgentOptions {
  readonly clock: Clock
  /** Ids of all servers. */
  readonly servers: readonly string[]
  /** Of the agents, and so of what they run. */
  readonly environment: Readonly<Record<string, string>>
}

/** Run Command for the servers of a stage: each has an agent, which runs its scripts on this machine. */
export class RunCommand {
  readonly ssm: Ssm
  readonly #agents: ScriptAgents
  readonly #served: ServedSsm

  private constructor(parts: { ssm: Ssm; agents: ScriptAgents; served: ServedSsm }) {
    this.ssm = parts.ssm
    this.#agents = parts.agents
    this.#served = parts.served
  }

  static async open(setting: Setting): Promise<RunCommand> {
    const { clock, servers, environment, offline = [], deaf = [] } = setting
    const { PATH = '' } = process.env
    const agents = new ScriptAgents({ environment: { PATH, ...environment } })
    const run: Run = (occasion) =>
      deaf.includes(occasion.instanceId)
        ? { ...agents.run(occasion), cancelMs: 'never' }
        : agents.run(occasion)
    const ssm = new Ssm({ clock, run })
    for (const id of servers) ssm.addNode(id, { ping: offline.includes(id) ? 'ConnectionLost' : 'Online' })
    return new RunCommand({ ssm, agents, served: await serveSsm(ssm) })
  }

  /** Where the action finds it. */
  get environment(): Record<string, string> {
    return { AWS_ENDPOINT_URL_SSM: this.#served.url }
  }

  /** Servers on which a script runs now. */
  get busy(): string[] {
    return this.#agents.busy
  }

  /** Also ends the scripts. */
  async close(): Promise<void> {
    await this.#served.close()
    await this.#agents.close()
  }
}
