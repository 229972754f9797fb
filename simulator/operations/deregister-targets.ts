import { validationError } from '../aws-error.ts'
import { operation } from './operation.ts'
import { list, structure, text } from './shape.ts'
import { targetDescription } from './target-description.ts'

/** "If the specified target does not exist, the action returns successfully." */
export const DeregisterTargets = operation({
  bucket: 'registration',
  resource: 'TargetGroupArn',
  input: structure({ TargetGroupArn: text, Targets: list(targetDescription) }, {}),
  run(account, input) {
    const group = account.targetGroup(input.TargetGroupArn)
    if (input.Targets.length === 0) throw validationError('At least one target must be specified')
    group.deregister(input.Targets)
    return {}
  },
})
