import { type Health, NOT_REGISTERED } from '../account/health.ts'
import { checkedPort } from '../account/health-check.ts'
import type { KnownTarget } from '../account/lifecycle.ts'
import type { Target, TargetDescription } from '../account/target.ts'
import type { TargetGroup } from '../account/target-group.ts'
import { operation } from './operation.ts'
import { list, oneOf, structure, text } from './shape.ts'
import { targetDescription } from './target-description.ts'

/** Without `Targets`: all that are registered or draining, unpaged. With: those, registered or not. */
export const DescribeTargetHealth = operation({
  bucket: 'non-mutating',
  input: structure(
    { TargetGroupArn: text },
    { Targets: list(targetDescription), Include: list(oneOf('AnomalyDetection', 'All')) },
  ),
  run(account, input) {
    const group = account.targetGroup(input.TargetGroupArn)
    const known = group.healthAt(account.readTime())
    const meansAll = input.Targets?.length === 0 && account.behaviour.emptyTargetsMean === 'all'
    const asked = meansAll ? undefined : input.Targets
    const detection = input.Include?.length
      ? { AnomalyDetection: { Result: 'normal', MitigationInEffect: 'no' } }
      : {}
    const registered = (each: KnownTarget): object => ({ ...describe(group, each), ...detection })
    return {
      TargetHealthDescriptions: asked
        ? asked.map((target) => {
            const found = known.get(group.keyOf(target))
            return found ? registered(found) : notRegistered(group, target)
          })
        : Array.from(known.values(), registered),
    }
  },
})

function describe(group: TargetGroup, { target, health }: KnownTarget): object {
  return {
    Target: description(group, target),
    ...(target.port === 0 ? {} : { HealthCheckPort: String(checkedPort(group.healthCheck, target)) }),
    TargetHealth: shown(health),
    AdministrativeOverride: OVERRIDES[target.zonalShift],
  }
}

function notRegistered(group: TargetGroup, asked: TargetDescription): object {
  const port = group.portOf(asked)
  return {
    Target: { ...asked, ...(port === 0 ? {} : { Port: port }) },
    ...(port === 0 ? {} : { HealthCheckPort: String(checkedPort(group.healthCheck, { port })) }),
    TargetHealth: shown(NOT_REGISTERED),
  }
}

/** The zone is shown for targets that are registered by IP address. */
function description(group: TargetGroup, target: Target): object {
  return {
    Id: target.id,
    ...(target.port === 0 ? {} : { Port: target.port }),
    ...(group.settings.targetType === 'ip' ? { AvailabilityZone: target.zone } : {}),
  }
}

function shown(health: Health): object {
  return {
    State: health.state,
    ...(health.reason === undefined ? {} : { Reason: health.reason }),
    ...(health.description === undefined ? {} : { Description: health.description }),
  }
}

/** AdministrativeOverride in the API reference. */
const OVERRIDES = {
  off: {
    State: 'no_override',
    Reason: 'AdministrativeOverride.NoOverride',
    Description: 'No override is currently active on target',
  },
  active: {
    State: 'zonal_shift_active',
    Reason: 'AdministrativeOverride.ZonalShiftActive',
    Description: 'Zonal shift is active on target',
  },
}
