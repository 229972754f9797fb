import type { Deployment, DeploymentCalls, DeploymentPayload } from './deployment-calls.ts'
import { short, type Telling } from './deployment-story.ts'

/** How many deployments before ours are asked whether they are the ones that are meant. */
const MOST_ASKED = 10

/** Brings what is to be told to GitHub. A telling that failed may be given again. */
export class DeploymentRecords {
  readonly #calls: DeploymentCalls
  #list: Promise<Deployment[]> | undefined
  /** By the rollout. */
  readonly #created = new Map<string, Deployment>()
  /** By the rollout: the one that it replaces, looked up while there is time. */
  readonly #before = new Map<string, Deployment | undefined>()

  constructor(calls: DeploymentCalls) {
    this.#calls = calls
  }

  async record(telling: Telling, signal: AbortSignal): Promise<void> {
    const { rolloutId, creation, status, next } = telling
    const own = (await this.#find(rolloutId, signal)) ?? (await this.#create(creation, signal))
    // What was never recorded, or too many deployments ago, has nothing to be told of.
    if (own === undefined) return
    await this.#calls.addStatus(own.id, status, signal)
    if (next?.kind === 'undone') return this.#revive(own, next.version, signal)
    const before = creation === undefined ? undefined : await this.#currentBefore(own, signal)
    if (next === undefined || before === undefined) return
    const description = short(`replaced by ${next.version}`)
    await this.#calls.addStatus(before.id, { state: 'inactive', description }, signal)
  }

  async #find(rolloutId: string, signal: AbortSignal): Promise<Deployment | undefined> {
    const created = this.#created.get(rolloutId)
    return created ?? (await this.#all(signal)).find(({ payload }) => payload.rolloutId === rolloutId)
  }

  /** A call that may have got through in spite of its failure is seen in the list, which is read anew then. */
  async #create(
    payload: DeploymentPayload | undefined,
    signal: AbortSignal,
  ): Promise<Deployment | undefined> {
    if (payload === undefined) return undefined
    const { version, previousVersion, strategy } = payload
    const from = previousVersion === undefined ? '' : ` from ${previousVersion}`
    try {
      const description = short(`Roll out ${version}${from} (${strategy})`)
      const created = await this.#calls.create(payload, description, signal)
      this.#created.set(payload.rolloutId, created)
      return created
    } catch (error) {
      this.#list = undefined
      throw error
    }
  }

  async #all(signal: AbortSignal): Promise<Deployment[]> {
    this.#list ??= this.#calls.list(signal)
    try {
      return await this.#list
    } catch (error) {
      this.#list = undefined
      throw error
    }
  }

  /** The one of the same fleet that has served until now. */
  async #currentBefore(own: Deployment, signal: AbortSignal): Promise<Deployment | undefined> {
    const { rolloutId } = own.payload
    if (!this.#before.has(rolloutId)) {
      const isCurrent = ([latest]: readonly string[]) => latest === 'success'
      this.#before.set(rolloutId, await this.#firstOf(await this.#older(own, signal), isCurrent, signal))
    }
    return this.#before.get(rolloutId)
  }

  /** The version that an undone rollout has replaced serves again. */
  async #revive(own: Deployment, version: string, signal: AbortSignal): Promise<void> {
    const older = await this.#older(own, signal)
    const sameVersion = older.filter(({ payload }) => payload.version === version)
    const hasServed = (states: readonly string[]) => states.includes('success')
    const before = await this.#firstOf(sameVersion, hasServed, signal)
    if (before === undefined) return
    const description = short(`serves again: ${own.payload.version} was rolled back`)
    await this.#calls.addStatus(before.id, { state: 'success', description }, signal)
  }

  /** Of the same fleet, the newest first. */
  async #older({ id, payload }: Deployment, signal: AbortSignal): Promise<Deployment[]> {
    const groups = new Set(payload.targetGroups)
    return (await this.#all(signal)).filter(
      (other) => other.id < id && other.payload.targetGroups.some((name) => groups.has(name)),
    )
  }

  async #firstOf(
    deployments: readonly Deployment[],
    isMeant: (states: readonly string[]) => boolean,
    signal: AbortSignal,
  ): Promise<Deployment | undefined> {
    for (const deployment of deployments.slice(0, MOST_ASKED)) {
      if (isMeant(await this.#calls.statesOf(deployment.id, signal))) return deployment
    }
    return undefined
  }
}
