import type { Account } from '../account/account.ts'
import type { Shape } from './shape.ts'

/** The token bucket a call draws on, besides the one all calls of the account share. */
export type Bucket = 'registration' | 'non-mutating' | 'mutating'

/** One API operation: how its input reads and what it does. */
export interface Operation {
  readonly bucket: Bucket
  /** Which parameter names the resource that permissions are about; Describe operations have none. */
  readonly resource?: string
  read(input: object): object
  run(account: Account, input: object): object
}

export function operation<I extends object>(definition: {
  bucket: Bucket
  resource?: string
  input: Shape<I>
  run(account: Account, input: I): object
}): Operation {
  const { bucket, resource, input, run } = definition
  return {
    bucket,
    ...(resource === undefined ? {} : { resource }),
    read: (given) => input.read(given, ''),
    run: (account, given) => run(account, given as I),
  }
}
