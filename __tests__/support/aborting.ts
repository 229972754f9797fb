import type { Conclusion } from '../../src/domain/outcome.ts'
import type { Gate } from '../../src/domain/ports.ts'
import type { Settings } from '../../src/domain/settings.ts'
import type { Elbv2Client } from '../../src/elbv2/load-balancer.ts'
import { createLoadBalancer } from '../../src/elbv2/load-balancer.ts'
import { createRouting } from '../../src/elbv2/routing.ts'
import { createTagCalls } from '../../src/elbv2/tags.ts'
import { deploy } from '../../src/engine/deploy.ts'
import { createJournalStore } from '../../src/journal/store.ts'
import { blueGreen } from '../../src/strategies/blue-green.ts'
import { inProcessClient } from './in-process-client.ts'
import type { World } from './world.ts'

/**
 * As the SDK does it: a call whose signal is aborted rejects at once, and the request, which has been sent, takes effect
 * all the same.
 */
function abortingClient(world: World): Elbv2Client {
  const client = inProcessClient(world.simulator)
  const send = (command: never, options?: { abortSignal?: AbortSignal }): Promise<object> => {
    const signal = options?.abortSignal
    const answer = client.send(command) as Promise<object>
    if (signal === undefined) return answer
    const aborted = new Promise<never>((_, reject) => {
      const fail = () => reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }))
      if (signal.aborted) fail()
      else signal.addEventListener('abort', fail, { once: true })
    })
    answer.catch(() => {})
    return Promise.race([answer, aborted])
  }
  return { send: send as Elbv2Client['send'] }
}

/** A deploy without an update command, over such a client. */
export function deployAborting(
  world: World,
  { settings = {}, gates = [] }: { settings?: Partial<Settings>; gates?: readonly Gate[] } = {},
): Promise<Conclusion> {
  const client = abortingClient(world)
  const { clock } = world
  return deploy({
    settings: world.settings(settings),
    strategies: { 'blue-green': blueGreen },
    rolloutId: 'r-001',
    asker: { nonce: '0a1b2c3d', mode: 'deploy' },
    cancel: world.cancel.signal,
    emit: (event) => world.events.push(event),
    ports: {
      loadBalancer: createLoadBalancer(client),
      routing: createRouting(client),
      store: createJournalStore(createTagCalls(client)),
      updater: { update: async () => {} },
      gates,
      watches: [],
      trafficGates: [],
      clock: { now: () => clock.now(), sleep: (ms, signal) => clock.sleep(ms, signal) },
    },
  })
}
