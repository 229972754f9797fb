import { isIP } from 'node:net'
import type { TargetDescription } from '../account/target.ts'
import type { TargetGroup } from '../account/target-group.ts'
import { validationError } from '../aws-error.ts'
import { integer, structure, text } from './shape.ts'

/** A target as requests name it (TargetDescription). */
export const targetDescription = structure({ Id: text }, { Port: integer(1, 65_535), AvailabilityZone: text })

/** Ids have the form of the group's target type; the code for others is not documented, ValidationError is assumed. */
export function checkIds(group: TargetGroup, targets: readonly TargetDescription[]): void {
  const { targetType } = group.settings
  for (const { Id, Port } of targets) {
    if (targetType === 'instance' && !/^i-[\w-]+$/.test(Id))
      throw validationError(`Instance ID '${Id}' is not valid`)
    if (targetType === 'ip' && isIP(Id) === 0)
      throw validationError(`The IP address '${Id}' is not a valid IP address`)
    if ((targetType === 'lambda' || targetType === 'alb') && !Id.startsWith('arn:')) {
      throw validationError(`'${Id}' is not a valid ARN`)
    }
    if (targetType === 'lambda' && Port !== undefined)
      throw validationError('You cannot specify a port for a Lambda function')
  }
}
