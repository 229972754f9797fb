export interface AwsErrorDetails {
  readonly code: string
  readonly message: string
  readonly status: number
  readonly type: 'Sender' | 'Receiver'
}

/** An error as the API answers it; `code` is the one on the wire. */
export class AwsError extends Error {
  readonly code: string
  readonly status: number
  readonly type: 'Sender' | 'Receiver'

  constructor(details: AwsErrorDetails) {
    super(details.message)
    this.name = details.code
    this.code = details.code
    this.status = details.status
    this.type = details.type
  }
}

/** The caller asked for something wrong: HTTP 400. */
export function senderError(code: string, message: string): AwsError {
  return new AwsError({ code, message, status: 400, type: 'Sender' })
}

export function validationError(message: string): AwsError {
  return senderError('ValidationError', message)
}

/** No answer at all: the connection was cut. Over HTTP it is, and in process this is what the caller gets. */
export function connectionReset(): AwsError {
  return new AwsError({ code: 'ECONNRESET', message: 'socket hang up', status: 0, type: 'Receiver' })
}
