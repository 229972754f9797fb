import { messageOf } from '../domain/errors.ts'
import type { Server } from '../domain/fleet.ts'
import type { NewCommand } from './ssm-calls.ts'
import { onlineAmong } from './ssm-online.ts'
import { type Sending, sendOnce } from './ssm-send.ts'

export interface Delivery extends Sending {
  readonly signal: AbortSignal
  commandFor(servers: readonly Server[]): NewCommand
  /** Told of those whose agents are not there. */
  onOffline(ids: readonly string[]): void
}

/** To which servers, at most 50, a command went, or why to none of them. */
export type Delivered = { readonly servers: readonly Server[] } & (
  | { readonly commandId: string }
  | {
      readonly reason: string
      /** False when it may run all the same. */
      readonly ended: boolean
      /** It was certainly not sent, by the signal or by `mayBegin`. */
      readonly isGivenUp: boolean
    }
)

/** Sends a command to those that are there: one that has gone must not keep the others from theirs. */
export async function deliver(delivery: Delivery, servers: readonly Server[]): Promise<Delivered> {
  const { signal } = delivery
  const send = async () => sendOnce(delivery, delivery.commandFor(servers), signal)
  const sent = await send().catch((error: unknown) => ({
    ...{ reason: messageOf(error), ended: true, isGivenUp: true },
  }))
  if ('commandId' in sent) return { servers, commandId: sent.commandId }
  const isBad = 'badServer' in sent && sent.badServer === true
  const online = isBad ? await onlineAmong(servers, delivery, signal) : servers
  if (online.length === servers.length) return { servers, isGivenUp: false, ...sent }
  delivery.onOffline(servers.filter((server) => !online.includes(server)).map(({ id }) => id))
  return deliver(delivery, online)
}
