/** What an API call that failed means for us. */
export type ApiFailure =
  /** Throttled, a 5xx, a broken connection: the same call may succeed later. */
  | 'transient'
  /** The credentials lack a permission; `permission` names it. */
  | 'denied'
  /** The credentials are no longer (or not) valid. */
  | 'credentials'
  | 'not-found'
  /** The API will never accept this call. */
  | 'rejected'

/** Thrown by adapters for a call to an outside service that failed. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly failure: ApiFailure
  /** `elasticloadbalancing:DeregisterTargets`: what was being done, and the permission it needs. */
  readonly permission: string
  /** The service's own code, such as `TargetGroupNotFound`. */
  readonly code: string

  constructor(facts: {
    failure: ApiFailure
    permission: string
    code: string
    message: string
    cause?: unknown
  }) {
    super(facts.message, { cause: facts.cause })
    this.failure = facts.failure
    this.permission = facts.permission
    this.code = facts.code
  }
}

export const isTransient = (error: unknown): boolean =>
  error instanceof ApiError && error.failure === 'transient'

/** The service has said no: the call had no effect. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof ApiError && error.failure !== 'transient'

/** What happened; where a permission is missing it is named, whatever AWS says of it. */
export const explain = (error: unknown): string =>
  error instanceof ApiError && error.failure === 'denied'
    ? `the credentials lack the permission ${error.permission}: ${error.message}`
    : messageOf(error)

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
