import type { Shape } from '../../operations/shape.ts'
import type { AutoScalingAccount } from '../account.ts'

/** One API operation: how its input reads and what it does. */
export interface AutoScalingOperation {
  run(account: AutoScalingAccount, given: object): object
}

export function operation<I extends object>(definition: {
  input: Shape<I>
  run(account: AutoScalingAccount, input: I): object
}): AutoScalingOperation {
  return { run: (account, given) => definition.run(account, definition.input.read(given, '')) }
}
