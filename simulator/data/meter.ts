/** How a request ended that a target had been chosen for. */
export type RequestEnd =
  /** The target has begun to answer. */
  | { readonly type: 'answered'; readonly status: number }
  /** No connection could be made to the target; the load balancer answers 502 or 504. */
  | { readonly type: 'refused' }
  /** The target broke off or was too late; the load balancer answers 502 or 504. */
  | { readonly type: 'unanswered' }
  /** The client did not wait. */
  | { readonly type: 'abandoned' }

/** Is told of what goes through a listener, as it happens. */
export interface RequestMeter {
  /** A request was sent to a target of the group; what it answers is told, once, how that ended. */
  sent(groupArn: string): (end: RequestEnd) => void
  /** No target could be chosen: the load balancer has answered 503. */
  rejected(): void
}
