import type { Account } from '../account/account.ts'
import type { TargetDescription } from '../account/target.ts'
import { senderError, validationError } from '../aws-error.ts'
import { operation } from './operation.ts'
import { list, structure, text } from './shape.ts'
import { checkIds, targetDescription } from './target-description.ts'

export const RegisterTargets = operation({
  bucket: 'registration',
  resource: 'TargetGroupArn',
  input: structure({ TargetGroupArn: text, Targets: list(targetDescription) }, {}),
  run(account, input) {
    const group = account.targetGroup(input.TargetGroupArn)
    if (input.Targets.length === 0) throw validationError('At least one target must be specified')
    checkIds(group, input.Targets)
    if (group.settings.targetType === 'instance') checkRunning(account, input.Targets)
    group.register(input.Targets)
    return {}
  },
})

/** "The EC2 instance must be in the running state when you register it." */
function checkRunning(account: Account, targets: readonly TargetDescription[]): void {
  const ids = targets.filter((target) => account.notRunning.has(target.Id)).map((target) => `'${target.Id}'`)
  if (ids.length === 0) return
  throw senderError(
    'InvalidTarget',
    `The following targets are not in a running state and cannot be registered: ${ids.join(', ')}`,
  )
}
