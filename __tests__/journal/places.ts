import { serveApi } from '../../simulator/api/serve.ts'
import { systemClock } from '../../simulator/clock.ts'
import { Simulator } from '../../simulator/simulator.ts'
import type { JournalStore } from '../../src/domain/journal.ts'
import { createClient } from '../../src/elbv2/client.ts'
import { createTagCalls } from '../../src/elbv2/tags.ts'
import { createJournalStore } from '../../src/journal/store.ts'
import { inProcessClient } from '../support/in-process-client.ts'

/** Three target groups with some tags of their own, and the store on them. */
export interface Place {
  readonly simulator: Simulator
  readonly groups: readonly string[]
  readonly store: JournalStore
  /** The calls that have taken effect. */
  readonly calls: string[]
  close(): Promise<void>
}

export const THEIRS = {
  team: 'web',
  'aws:cloudformation:stack-name': 'web',
  'elb-rollout': 'a tag of theirs',
}

function prepared(): Omit<Place, 'store' | 'close'> {
  const simulator = new Simulator({
    clock: systemClock({ speed: 1000 }),
    region: 'eu-west-1',
    probe: () => 'refused',
  })
  const groups = ['web', 'api', 'admin'].map((name) => simulator.addTargetGroup({ name, tags: THEIRS }))
  const calls: string[] = []
  simulator.observe((event) => {
    if (event.type === 'call') calls.push(event.error === undefined ? event.action : `${event.action} failed`)
  })
  return { simulator, groups, calls }
}

export async function inProcess(): Promise<Place> {
  const place = prepared()
  const store = createJournalStore(createTagCalls(inProcessClient(place.simulator)))
  return { ...place, store, close: async () => {} }
}

export async function overHttp(): Promise<Place> {
  const place = prepared()
  const api = await serveApi(place.simulator)
  const before = { ...process.env }
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2: api.url,
  })
  const store = createJournalStore(createTagCalls(createClient('eu-west-1')))
  return {
    ...place,
    store,
    async close() {
      process.env = before
      await api.close()
    },
  }
}

/** Tags of somebody else. */
export const foreign = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`cost-${index}`, 'theirs']))
