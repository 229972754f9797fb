import type { Snapshot, TargetGroup } from './fleet.ts'
import { isNetwork, NETWORK_LAG_MS, NETWORK_REGISTRATION_MS } from './network.ts'
import type { Settings } from './settings.ts'
import { duration } from './wording.ts'

const TERMINATION = 'deregistration_delay.connection_termination.enabled'

/** What forbids to take servers out of this group of a network load balancer. */
export function networkProblems({ name, protocol, closesConnections }: TargetGroup): string[] {
  if (protocol.includes('QUIC')) {
    return [
      `target group ${name} speaks ${protocol}: AWS does not document what becomes of QUIC connections, which name their server, when it is deregistered; roll it out otherwise`,
    ]
  }
  if (protocol.includes('UDP') && !closesConnections) {
    return [
      `target group ${name} speaks ${protocol} and has ${TERMINATION} off: a client that goes on sending stays on a deregistered server for ever, and would lose what it sends during the update; turn it on for the group`,
    ]
  }
  return []
}

/** What the user should know about the groups of network load balancers. */
export function networkWarnings({ healthTimeoutMs }: Settings, { groups }: Snapshot): string[] {
  const network = groups.filter(isNetwork)
  const names = network.map(({ name }) => name).join(', ')
  return [
    ...network.flatMap(connectionWarnings),
    ...(network.length === 0 || healthTimeoutMs >= NETWORK_REGISTRATION_MS.most
      ? []
      : [
          `health-timeout is ${duration(healthTimeoutMs)}, and a network load balancer may take ${duration(NETWORK_REGISTRATION_MS.most)} to register a server in ${names}: 10m would do`,
        ]),
  ]
}

function connectionWarnings({
  name,
  closesConnections,
  deregistrationDelayMs: delayMs,
}: TargetGroup): string[] {
  if (!closesConnections) {
    return [
      `connections to a server of ${name} that are still open ${duration(Math.max(delayMs, NETWORK_LAG_MS))} after it was taken out go on to it, and break in the middle when it is updated: let the server close them while it drains, give a longer deregistration_delay.timeout_seconds, or turn ${TERMINATION} on, so that they are closed before the update`,
    ]
  }
  if (delayMs >= NETWORK_LAG_MS) return []
  return [
    `the deregistration delay of ${name} is ${duration(delayMs)}, and a network load balancer may send new connections to a server for ${duration(NETWORK_LAG_MS)} after it was taken out, and with ${TERMINATION} closes them: set deregistration_delay.timeout_seconds to ${NETWORK_LAG_MS / 1000} or more`,
  ]
}
