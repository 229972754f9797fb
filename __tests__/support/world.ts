import { AutoScaling } from '../../simulator/auto-scaling/auto-scaling.ts'
import type { AutoScalingGroupSettings } from '../../simulator/auto-scaling/group.ts'
import type { AutoScalingBehaviour, AutoScalingFaults } from '../../simulator/auto-scaling/options.ts'
import { VirtualClock } from '../../simulator/clock.ts'
import { Ec2 } from '../../simulator/ec2/ec2.ts'
import type { Ec2Faults } from '../../simulator/ec2/faults.ts'
import type { Behaviour, Faults } from '../../simulator/options.ts'
import { Simulator } from '../../simulator/simulator.ts'
import type { ScriptEvent } from '../../simulator/ssm/course.ts'
import type { Ssm } from '../../simulator/ssm/ssm.ts'
import { createAutoScaling } from '../../src/auto-scaling/auto-scaling.ts'
import { type DrainLooks, probeByLooks } from '../../src/domain/drain-looks.ts'
import type { Event } from '../../src/domain/events.ts'
import type { Asker } from '../../src/domain/holder.ts'
import type { Conclusion, Stop } from '../../src/domain/outcome.ts'
import type {
  Clock,
  DrainProbe,
  Gate,
  Instances,
  Runs,
  TrafficGate,
  UpdateListener,
  UpdateResult,
  Updater,
  Watch,
} from '../../src/domain/ports.ts'
import type { Settings } from '../../src/domain/settings.ts'
import type { Strategy } from '../../src/domain/strategy.ts'
import { createInstances } from '../../src/ec2/instances.ts'
import { createLoadBalancer, type Elbv2Client } from '../../src/elbv2/load-balancer.ts'
import { createRouting } from '../../src/elbv2/routing.ts'
import { createTagCalls } from '../../src/elbv2/tags.ts'
import { deploy } from '../../src/engine/deploy.ts'
import { promote } from '../../src/engine/promote.ts'
import { recover } from '../../src/engine/recover.ts'
import { rollBack } from '../../src/engine/roll-back.ts'
import type { Mission } from '../../src/engine/scene.ts'
import { createJournalStore } from '../../src/journal/store.ts'
import { blueGreen } from '../../src/strategies/blue-green.ts'
import { inPlace } from '../../src/strategies/in-place.ts'
import { Slots } from '../../src/updaters/slots.ts'
import { inProcessAutoScaling, inProcessClient, inProcessEc2 } from './in-process-client.ts'
import { Life, mortal } from './life.ts'
import { addPair, type PairOptions } from './pair.ts'
import type { OpenSsm, SsmPlace } from './ssm-place.ts'

export interface GroupOptions {
  /** `group-0` and so on unless given. */
  readonly name?: string
  readonly ports?: readonly number[]
  readonly delaySeconds?: number
  readonly intervalSeconds?: number
  readonly slowStartSeconds?: number
  readonly attributes?: Readonly<Record<string, string>>
  /** `TCP` of a network load balancer unless given. */
  readonly protocol?: string
}

/** A group of Auto Scaling, named `web`, that holds the servers; of a pair, green's. */
export interface ScalingOptions
  extends Partial<Pick<AutoScalingGroupSettings, 'healthCheckType' | 'suspended' | 'launchTemplate'>> {
  readonly behaviour?: Partial<AutoScalingBehaviour>
  /** The first so many servers; all of them unless given. */
  readonly holds?: number
}

export interface WorldOptions {
  readonly seed?: number
  readonly servers?: number
  readonly groups?: readonly GroupOptions[]
  /** Instead of groups with the same servers: two with their own, of which the first carries the traffic. */
  readonly pair?: PairOptions
  readonly targetType?: 'instance' | 'ip'
  readonly balancer?: 'application' | 'network'
  readonly balancerAttributes?: Readonly<Record<string, string>>
  /** Of the servers in turn: `a`, `b`; absent: two of them. */
  readonly zones?: readonly string[]
  /** Absent: the API is there, and has no groups. Only with instances. */
  readonly autoScaling?: ScalingOptions
  readonly behaviour?: Partial<Behaviour>
  readonly faults?: Partial<Faults>
  /** How long the update of a server takes. */
  readonly updateMs?: (id: string, version: string) => number
  /** Why the update of a server fails, if it does. */
  readonly updateFails?: (id: string, version: string) => string | undefined
  /** The last lines of one that fails. */
  readonly updateTail?: readonly string[]
  /** Whether a server that runs this version passes its health checks. */
  readonly isHealthy?: (id: string, version: string) => boolean
  /** Whether the updater cannot reach a server, and why. */
  readonly unreachable?: (id: string) => string | undefined
  readonly gates?: readonly Gate[]
  readonly watches?: readonly Watch[]
  readonly trafficGates?: readonly TrafficGate[]
  /** By its looks, or one of its own for every process. */
  readonly drainProbe?: DrainLooks | ((clock: Clock) => DrainProbe)
  readonly strategy?: Strategy
  /** In place of the one for pairs. */
  readonly shiftStrategy?: Strategy
  /** What goes wrong with the calls to EC2. */
  readonly ec2Faults?: Partial<Ec2Faults>
  readonly runs?: Runs
  /** In place of one that does without the SDK's. */
  readonly client?: (clock: VirtualClock, simulator: Simulator) => Elbv2Client
  /** Servers are updated by Run Command, in place of a model of `update-command`. */
  readonly ssm?: OpenSsm
}

const MODES = { deploy, rollback: rollBack, promote, recover }

export interface ProcessOptions {
  readonly settings?: Partial<Settings>
  /** Instead: all of them. */
  readonly whole?: Settings
  /** As an operator types it: the versions are to be known from the journal. */
  readonly withoutVersions?: boolean
  readonly rolloutId?: string
  readonly stillUpdating?: readonly string[]
  /** By server, as main has saved them for its post step. */
  readonly remoteCommands?: ReadonlyMap<string, string>
  /** As if nobody could end commands of Systems Manager. */
  readonly withoutLeftUpdates?: boolean
  readonly asker?: Partial<Asker>
}

export interface Process {
  readonly life: Life
  readonly rolloutId: string
  readonly nonce: string
  /** Never settles once the process has died. */
  readonly ended: Promise<Conclusion>
}

export const OLD = '1.0.1'
export const NEW = '1.0.2'

/** One model of a server: what it runs, and whether it is up. */
export interface ServerModel {
  readonly id: string
  version: string
  isUp: boolean
  isUpdating: boolean
  /** How often it has gone down for an update, with all that it had to answer. */
  restarts: number
}

const withoutSdk = (_: VirtualClock, simulator: Simulator) => inProcessClient(simulator)

/** `i-100000`, `i-10f000`: the first digits are the number, and no two are the same. */
const instanceId = (number: number): string => `i-${number}${number < 10 ? '' : 'f'}`.padEnd(8, '0')

const probeOf = (given: NonNullable<WorldOptions['drainProbe']>, clock: Clock): DrainProbe =>
  typeof given === 'function' ? given(clock) : probeByLooks(given, clock)

/** A fleet behind the simulated load balancer, in virtual time. */
export class World {
  readonly clock = new VirtualClock(Date.UTC(2026, 10, 23))
  readonly simulator: Simulator
  readonly ec2: Ec2
  readonly autoScaling: AutoScaling
  /** Servers that were terminated, in order. */
  readonly terminated: string[] = []
  readonly servers = new Map<string, ServerModel>()
  readonly groupArns: string[]
  /** Listeners and rules whose weights move in a blue-green rollout. */
  readonly routeArns: readonly string[] = []
  readonly loadBalancerArn: string
  readonly events: Event[] = []
  cancel = new AbortController()
  /** Sees every update begin. */
  onUpdate: (id: string) => void = () => {}
  strategy: Strategy
  readonly #ssm: SsmPlace | undefined
  readonly #client: Elbv2Client
  /** Of the process that was started last. */
  lastMode: Settings['mode'] = 'deploy'
  #started = 0
  readonly options: WorldOptions

  constructor(options: WorldOptions = {}) {
    this.options = options
    this.strategy = options.strategy ?? inPlace
    const ids = Array.from({ length: options.servers ?? 4 }, (_, index) =>
      options.targetType === 'instance' ? instanceId(index + 1) : `10.0.0.${index + 11}`,
    )
    if (options.pair === undefined) for (const id of ids) this.#addServer(id, OLD)
    this.simulator = new Simulator({
      clock: this.clock,
      seed: options.seed ?? 1,
      probe: (target) => this.#probe(target.Id),
      ...(options.behaviour === undefined ? {} : { behaviour: options.behaviour }),
    })
    this.ec2 = new Ec2({ clock: this.clock, faults: options.ec2Faults ?? {} })
    for (const [index, id] of ids.entries())
      this.ec2.addInstance(id, { zone: this.zoneOf(id), privateIpAddress: `10.0.1.${index + 11}` })
    const type = options.balancer ?? 'application'
    this.loadBalancerArn = this.simulator.addLoadBalancer({
      name: 'web',
      type,
      attributes: options.balancerAttributes ?? {},
    })
    if (options.pair === undefined) {
      this.groupArns = (options.groups ?? [{}]).map((group, index) => this.#addGroup(group, index))
    } else {
      const { groupArns, routeArns, servers } = addPair(this, options.pair)
      this.groupArns = groupArns
      this.routeArns = routeArns
      for (const [id, version] of servers) this.#addServer(id, version)
    }
    this.#client = (options.client ?? withoutSdk)(this.clock, this.simulator)
    if (options.ssm !== undefined) this.#ssm = this.#openSsm(options.ssm)
    this.autoScaling = new AutoScaling({
      clock: this.clock,
      loadBalancing: this.simulator,
      seed: options.seed ?? 1,
      onLaunch: (id) => this.#launch(id),
      onTerminate: (id) => this.#noteTerminated(id),
      ...(options.autoScaling?.behaviour === undefined ? {} : { behaviour: options.autoScaling.behaviour }),
    })
    if (options.autoScaling !== undefined) this.#addScalingGroup(options.autoScaling)
    this.faults = options.faults ?? {}
  }

  /** Of all services. */
  set faults(faults: Partial<Faults>) {
    this.simulator.faults = faults
    this.autoScaling.faults = scalingFaults(faults)
    if (this.#ssm !== undefined) this.#ssm.ssm.faults = faults
  }

  get ssm(): Ssm {
    if (this.#ssm === undefined) throw new Error('this world has no Systems Manager')
    return this.#ssm.ssm
  }

  mayBeInDoubt(id: string): boolean {
    return this.#ssm?.mayBeInDoubt(id) === true
  }

  /** Handles of the commands that run as far as the processes know. */
  savedCommands(): ReadonlyMap<string, string> {
    const commands = new Map<string, string>()
    for (const event of this.events) {
      if (event.type === 'update-started' && event.handle !== undefined)
        commands.set(event.server, event.handle)
      if (event.type === 'update-succeeded' || (event.type === 'update-failed' && event.ended))
        commands.delete(event.server)
    }
    return commands
  }

  settings(change: Partial<Settings> = {}): Settings {
    return {
      mode: 'deploy',
      dryRun: false,
      strategy: this.options.pair === undefined ? 'in-place' : 'blue-green',
      version: NEW,
      previousVersion: OLD,
      targetGroupArns: this.groupArns,
      testListenerArns: [],
      traffic: [{ share: 1000 }],
      minGreen: { percent: 100 },
      settleTimeMs: 30_000,
      bakeTimeMs: this.options.pair === undefined ? 0 : 60_000,
      batchSizes: [{ percent: 50 }],
      minHealthy: { percent: 50 },
      maxFailures: { count: 0 },
      updateCommand: 'true',
      workingDirectory: '.',
      updateTimeoutMs: 600_000,
      healthTimeoutMs: 600_000,
      onFailure: 'rollback',
      autoScaling: 'suspend',
      region: 'us-east-1',
      ...change,
    }
  }

  zoneOf(id: string): string {
    const { zones = ['a', 'b'] } = this.options
    const index = [...this.servers.keys()].indexOf(id)
    return `us-east-1${zones[index % zones.length]}`
  }

  /** Starts a rollout; drive it with `run`. */
  deploy(change: Partial<Settings> = {}): Promise<Conclusion> {
    return this.start({ settings: change }).ended
  }

  /** Starts a process: a deploy, a rollback, a recovery. It can be made to die. */
  start(options: ProcessOptions = {}): Process {
    const { gates = [], drainProbe, runs } = this.options
    const life = new Life(this.clock)
    const number = ++this.#started
    const rolloutId = options.rolloutId ?? `r-${String(number).padStart(3, '0')}`
    const client = mortal(this.#client, life)
    const settings = this.#settingsOf(options)
    this.lastMode = settings.mode
    const mission: Mission = {
      settings,
      strategies: { 'in-place': this.strategy, 'blue-green': this.options.shiftStrategy ?? blueGreen },
      rolloutId,
      asker: {
        nonce: ((number * 0x9e3779b1) >>> 0).toString(16).padStart(8, '0'),
        mode: settings.mode,
        ...options.asker,
      },
      ...(options.stillUpdating === undefined ? {} : { stillUpdating: options.stillUpdating }),
      cancel: this.cancel.signal,
      emit: (event) => {
        if (!life.isOver) this.events.push(event)
      },
      ports: {
        loadBalancer: createLoadBalancer(client),
        routing: createRouting(client),
        instances: mortalInstances(createInstances(inProcessEc2(this.ec2)), life),
        autoScaling: createAutoScaling(mortal(inProcessAutoScaling(this.autoScaling), life)),
        store: createJournalStore(createTagCalls(client)),
        updater: this.#ssm?.updater(life, settings, rolloutId) ?? this.#updater(life, settings),
        gates,
        watches: this.options.watches ?? [],
        trafficGates: this.options.trafficGates ?? [],
        clock: life,
        ...(this.#ssm === undefined || options.withoutLeftUpdates === true
          ? {}
          : { leftUpdates: this.#ssm.leftUpdates(life, options.remoteCommands ?? new Map()) }),
        ...(drainProbe === undefined ? {} : { drainProbe: probeOf(drainProbe, life) }),
        ...(runs === undefined ? {} : { runs }),
      },
    }
    return { life, rolloutId, nonce: mission.asker.nonce, ended: MODES[settings.mode](mission) }
  }

  #settingsOf({ whole, settings, withoutVersions }: ProcessOptions): Settings {
    const given = whole ?? this.settings(settings)
    if (withoutVersions !== true) return given
    const { previousVersion: _, ...rest } = given
    return { ...rest, version: '' }
  }

  /** A whole rollout, start to end. */
  rollOut(change: Partial<Settings> = {}): Promise<Conclusion> {
    return this.clock.run(this.deploy(change))
  }

  /** For processes that start after one that was cancelled. */
  forgetCancel(): void {
    this.cancel = new AbortController()
  }

  stop(stop: Stop): void {
    this.cancel.abort(stop)
  }

  versions(): string[] {
    return [...this.servers.values()].map((server) => server.version)
  }

  /** Servers that are healthy on every port of every group. */
  serving(): string[] {
    return [...this.servers.keys()].filter((id) => this.groupArns.every((arn) => this.isHealthyIn(id, arn)))
  }

  /** Registered and not draining, everywhere. */
  isIn(id: string): boolean {
    return this.groupArns.every((arn) =>
      this.simulator.targets(arn).some((target) => target.Id === id && target.State !== 'draining'),
    )
  }

  isHealthyIn(id: string, groupArn: string): boolean {
    const targets = this.simulator.targets(groupArn).filter((target) => target.Id === id)
    return targets.length > 0 && targets.every((target) => target.State === 'healthy')
  }

  of<Type extends Event['type']>(type: Type): Extract<Event, { type: Type }>[] {
    return this.events.filter((event): event is Extract<Event, { type: Type }> => event.type === type)
  }

  #launch(id: string): void {
    this.#addServer(id, OLD)
    this.#ssm?.ssm.addNode(id)
    this.ec2.addInstance(id, { zone: this.zoneOf(id), privateIpAddress: `10.0.2.${this.servers.size}` })
  }

  #addServer(id: string, version: string): void {
    this.servers.set(id, { id, version, isUp: true, isUpdating: false, restarts: 0 })
  }

  #addScalingGroup({ holds, behaviour: _, ...settings }: ScalingOptions): void {
    const isPair = this.options.pair !== undefined
    const ports = (this.options.groups ?? [{}]).map((group) => group.ports ?? [8080])
    const arns = isPair ? this.groupArns.slice(1) : this.groupArns
    const ids = new Set(arns.flatMap((arn) => this.simulator.targets(arn).map(({ Id }) => Id)))
    this.autoScaling.addGroup({
      name: 'web',
      instances: [...ids].slice(0, holds),
      targetGroups: arns.flatMap((groupArn, index) =>
        (ports[index] ?? []).map((port) => ({ groupArn, port })),
      ),
      ...settings,
    })
  }

  #noteTerminated(id: string): void {
    const server = this.servers.get(id)
    if (server === undefined) return
    this.terminated.push(id)
    server.isUp = false
    this.servers.delete(id)
    this.#ssm?.ssm.terminateNode(id)
  }

  #addGroup(group: GroupOptions, index: number): string {
    const isNetwork = this.options.balancer === 'network'
    const protocol = group.protocol ?? (isNetwork ? 'TCP' : 'HTTP')
    const arn = this.simulator.addTargetGroup({
      name: group.name ?? `group-${index}`,
      protocol,
      targetType: this.options.targetType ?? 'ip',
      healthCheck: { intervalSeconds: group.intervalSeconds ?? 10, timeoutSeconds: 5 },
      attributes: {
        'deregistration_delay.timeout_seconds': `${group.delaySeconds ?? 30}`,
        ...(isNetwork ? {} : { 'slow_start.duration_seconds': `${group.slowStartSeconds ?? 0}` }),
        ...group.attributes,
      },
    })
    this.simulator.addListener({
      loadBalancerArn: this.loadBalancerArn,
      port: 80 + index,
      protocol,
      forwardTo: arn,
    })
    const targets = [...this.servers.keys()].flatMap((Id) =>
      (group.ports ?? [8080]).map((Port) => ({ Id, Port, AvailabilityZone: this.zoneOf(Id) })),
    )
    this.simulator.addHealthyTargets(arn, targets)
    return arn
  }

  #probe(id: string): { status: number } | 'refused' {
    const server = this.servers.get(id)
    if (server === undefined || !server.isUp) return 'refused'
    const healthy = this.options.isHealthy?.(id, server.version) ?? true
    return { status: healthy ? 200 : 503 }
  }

  #openSsm(open: OpenSsm): SsmPlace {
    const { updateMs, updateFails, seed = 1 } = this.options
    return open({
      ...{ clock: this.clock, seed, servers: [...this.servers.keys()] },
      usually: (id, version) => ({
        deliveryMs: 200,
        runMs: updateMs?.(id, version) ?? 5_000,
        exitCode: updateFails?.(id, version) === undefined ? 0 : 3,
      }),
      onScript: (event, version) => this.#onScript(event, version),
    })
  }

  #onScript({ what, instanceId, exitCode }: ScriptEvent, version: string): void {
    const server = this.servers.get(instanceId)
    // Its machine is gone, and the command with it.
    if (server === undefined) return
    if (what === 'begins') {
      this.onUpdate(instanceId)
      Object.assign(server, { isUp: false, isUpdating: true, version: 'unknown' })
      return
    }
    server.isUpdating = false
    if (exitCode === 0) Object.assign(server, { isUp: true, version })
  }

  #updater(life: Life, { updateConcurrency }: Settings): Updater {
    return {
      update: async (servers, context, listener, signal) => {
        const order = { listener, signal, life }
        const lanes = new Slots(updateConcurrency ?? servers.length)
        const one = (id: string) => lanes.use(() => this.#update(id, context.version, order))
        await Promise.all(servers.map(({ id }) => one(id)))
        await life.goOn()
      },
      unreachable: async (ids) => this.#unreachable(ids),
    }
  }

  #unreachable(ids: readonly string[]): ReadonlyMap<string, string> {
    const reasons = ids.map((id) => [id, this.options.unreachable?.(id)] as const)
    return new Map(reasons.flatMap(([id, reason]) => (reason === undefined ? [] : [[id, reason] as const])))
  }

  async #update(id: string, version: string, order: Order): Promise<void> {
    if (order.signal.aborted) return
    const server = this.servers.get(id)
    order.listener.started(id)
    if (server === undefined) {
      order.listener.ended(id, { ok: false, reason: 'no such host', tail: [], ended: true })
      return
    }
    this.onUpdate(id)
    Object.assign(server, { isUp: false, isUpdating: true, version: 'unknown' })
    server.restarts++
    const result = await this.#work(id, version, order.signal)
    server.isUpdating = false
    if (result.ok) Object.assign(server, { isUp: true, version })
    await order.life.goOn()
    order.listener.ended(id, result)
  }

  async #work(id: string, version: string, signal: AbortSignal): Promise<UpdateResult> {
    try {
      await this.clock.sleep(this.options.updateMs?.(id, version) ?? 5_000, signal)
    } catch {
      await this.clock.sleep(1_000)
      return { ok: false, reason: 'ended by SIGTERM', tail: [], ended: true }
    }
    if (!this.servers.has(id)) return { ok: false, reason: 'connection lost', tail: [], ended: true }
    const reason = this.options.updateFails?.(id, version)
    const { updateTail: tail = ['it says why'] } = this.options
    return reason === undefined ? { ok: true } : { ok: false, reason, tail, ended: true }
  }
}

function mortalInstances(instances: Instances, life: Life): Instances {
  return {
    describePlaces: async (ids, signal) => {
      const places = await instances.describePlaces(ids, signal)
      await life.goOn()
      return places
    },
  }
}

/** What goes wrong with the load balancer's API goes wrong with Auto Scaling's too. */
function scalingFaults(faults: Partial<Faults> = {}): Partial<AutoScalingFaults> {
  const { staleReadsMs: _, staleRulesMs: __, buckets: ___, onCall, ...same } = faults
  if (onCall === undefined) return same
  return { ...same, onCall: (n, action, now) => onCall(n, action, now) || undefined }
}

interface Order {
  readonly life: Life
  readonly listener: UpdateListener
  readonly signal: AbortSignal
}
