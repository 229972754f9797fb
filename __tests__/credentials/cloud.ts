import { inspect } from 'node:util'
import { expect } from '@jest/globals'
import { type ServedApi, serveApi } from '../../simulator/api/serve.ts'
import { AutoScaling } from '../../simulator/auto-scaling/auto-scaling.ts'
import { type ServedAutoScaling, serveAutoScaling } from '../../simulator/auto-scaling/serve.ts'
import { systemClock } from '../../simulator/clock.ts'
import { IdTokens, type IdTokensOptions } from '../../simulator/github/id-tokens.ts'
import { type ServedIdTokens, serveIdTokens } from '../../simulator/github/serve.ts'
import { Simulator } from '../../simulator/simulator.ts'
import { type ServedSts, serveSts } from '../../simulator/sts/serve.ts'
import { Sts, type StsOptions } from '../../simulator/sts/sts.ts'
import { idTokens } from '../../src/action/id-token.ts'
import type { Credentials } from '../../src/aws/client.ts'
import { assumeRole } from '../../src/credentials/assume-role.ts'
import type { LoadBalancer } from '../../src/domain/ports.ts'
import { createClient } from '../../src/elbv2/client.ts'
import { createLoadBalancer } from '../../src/elbv2/load-balancer.ts'

export const ROLE = 'arn:aws:iam::123456789012:role/ci/deploy'

export interface CloudOptions {
  readonly sts?: Partial<StsOptions>
  readonly idTokens?: IdTokensOptions
  readonly speed?: number
}

/** GitHub's tokens, STS, and a load balancer and Auto Scaling that take only those whom this STS knows. */
export class Cloud {
  readonly simulator: Simulator
  readonly groupArn: string
  readonly sts: Sts
  readonly masked: string[] = []
  readonly #before = { ...process.env }
  #served:
    | {
        readonly github: ServedIdTokens
        readonly sts: ServedSts
        readonly api: ServedApi
        readonly autoScaling: ServedAutoScaling
      }
    | undefined

  private constructor(tokens: IdTokens, { sts, speed = 1 }: CloudOptions) {
    this.simulator = new Simulator({
      clock: systemClock({ speed }),
      region: 'eu-west-1',
      probe: () => ({ status: 200 }),
    })
    const loadBalancerArn = this.simulator.addLoadBalancer({ name: 'web' })
    this.groupArn = this.simulator.addTargetGroup({
      name: 'app',
      healthCheck: { intervalSeconds: 5, timeoutSeconds: 2 },
      attributes: { 'deregistration_delay.timeout_seconds': '1' },
    })
    this.simulator.addListener({ loadBalancerArn, forwardTo: this.groupArn })
    this.simulator.addHealthyTargets(this.groupArn, [{ Id: 'i-1' }, { Id: 'i-2' }])
    this.sts = new Sts({ idTokens: tokens, roles: [ROLE], ...sts })
  }

  static async open(options: CloudOptions = {}): Promise<Cloud> {
    const tokens = new IdTokens(options.idTokens)
    const cloud = new Cloud(tokens, options)
    const { simulator, sts: sessions } = cloud
    const autoScaling = new AutoScaling({ clock: simulator.clock, loadBalancing: simulator })
    cloud.#served = {
      autoScaling: await serveAutoScaling(autoScaling, { sessions }),
      github: await serveIdTokens(tokens),
      sts: await serveSts(cloud.sts),
      api: await serveApi(cloud.simulator, { sessions: cloud.sts }),
    }
    Object.assign(process.env, cloud.endpoints)
    return cloud
  }

  get github(): ServedIdTokens {
    return this.#parts.github
  }

  get stsEndpoint(): ServedSts {
    return this.#parts.sts
  }

  /** What a process needs to know of this cloud. */
  get endpoints() {
    return {
      AWS_ENDPOINT_URL_STS: this.stsEndpoint.url,
      AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2: this.#parts.api.url,
      AWS_ENDPOINT_URL_AUTO_SCALING: this.#parts.autoScaling.url,
      AWS_EC2_METADATA_DISABLED: 'true',
    }
  }

  /** As wire.ts makes them. Without an environment the job has `permissions: id-token: write`. */
  credentials(environment: Record<string, string> = this.github.environment): Credentials {
    const mask = (secret: string) => void this.masked.push(secret)
    return assumeRole({
      ...{ roleArn: ROLE, region: 'eu-west-1', sessionName: 'elb-rollout-1', mask },
      getIdToken: idTokens({ environment, mask }),
    })
  }

  loadBalancer(credentials: Credentials = this.credentials()): LoadBalancer {
    return createLoadBalancer(createClient('eu-west-1', credentials))
  }

  /** Everything that nobody else may see. */
  get secrets(): string[] {
    const { ACTIONS_ID_TOKEN_REQUEST_TOKEN: pass } = this.github.environment
    const keys = this.sts.sessions.flatMap(({ secretAccessKey, sessionToken }) => [
      secretAccessKey,
      sessionToken,
    ])
    return [pass, ...this.github.issued, ...keys]
  }

  expectNoSecretIn(what: unknown): void {
    const text = typeof what === 'string' ? what : inspect(what, { depth: 20, maxStringLength: null })
    expect(this.secrets.filter((secret) => text.includes(secret))).toEqual([])
  }

  async close(): Promise<void> {
    process.env = this.#before
    await Promise.all(Object.values(this.#parts).map((part) => part.close()))
  }

  get #parts() {
    if (this.#served === undefined) throw new Error('not open')
    return this.#served
  }
}
