import type { ServerResponse } from 'node:http'

/** What went through a listener, counted as it happens. */
export class DataStats {
  requests = 0
  inFlight = 0
  /** Requests whose client went away, or whose answer broke off. */
  broken = 0
  /** Answers that went out whole, by status. */
  readonly byStatus: Record<number, number> = {}
  /** Answers of the load balancer's own, by status; those broken off count too. */
  readonly ownErrors: Record<number, number> = {}
  /** Requests sent, by group ARN. */
  readonly byGroup: Record<string, number> = {}
  /** Requests sent, by `Id:Port`. */
  readonly byTarget: Record<string, number> = {}

  began(response: ServerResponse): void {
    this.requests++
    this.inFlight++
    response.once('close', () => {
      this.inFlight--
      if (response.writableFinished) add(this.byStatus, response.statusCode)
      else this.broken++
    })
  }

  sent(groupArn: string, targetKey: string): void {
    add(this.byGroup, groupArn)
    add(this.byTarget, targetKey)
  }

  failed(status: number): void {
    add(this.ownErrors, status)
  }
}

function add<K extends string | number>(counts: Record<K, number>, key: K): void {
  counts[key] = (counts[key] ?? 0) + 1
}
