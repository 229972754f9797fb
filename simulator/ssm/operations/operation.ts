import { AwsError, senderError } from '../../aws-error.ts'
import type { Shape } from '../../operations/shape.ts'
import type { SsmAccount } from '../account.ts'

/** One operation: how its input reads and what it does. */
export interface Operation {
  run(account: SsmAccount, input: object): object
}

export function operation<I extends object>(definition: {
  readonly input: Shape<I>
  run(account: SsmAccount, input: I): object
}): Operation {
  return { run: (account, input) => definition.run(account, read(definition.input, input)) }
}

/** What the Query protocol calls ValidationError is ValidationException here. */
function read<I>(shape: Shape<I>, input: object): I {
  try {
    return shape.read(input, '')
  } catch (error) {
    if (error instanceof AwsError) throw senderError('ValidationException', error.message)
    throw error
  }
}
