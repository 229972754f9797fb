import { AddTags } from './add-tags.ts'
import { DeregisterTargets } from './deregister-targets.ts'
import { DescribeListeners } from './describe-listeners.ts'
import { DescribeLoadBalancerAttributes } from './describe-load-balancer-attributes.ts'
import { DescribeLoadBalancers } from './describe-load-balancers.ts'
import { DescribeRules } from './describe-rules.ts'
import { DescribeTags } from './describe-tags.ts'
import { DescribeTargetGroupAttributes } from './describe-target-group-attributes.ts'
import { DescribeTargetGroups } from './describe-target-groups.ts'
import { DescribeTargetHealth } from './describe-target-health.ts'
import { ModifyListener } from './modify-listener.ts'
import { ModifyRule } from './modify-rule.ts'
import { ModifyTargetGroupAttributes } from './modify-target-group-attributes.ts'
import type { Operation } from './operation.ts'
import { RegisterTargets } from './register-targets.ts'
import { RemoveTags } from './remove-tags.ts'

/** The operations the API knows, by action name. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    AddTags,
    DeregisterTargets,
    DescribeListeners,
    DescribeLoadBalancerAttributes,
    DescribeLoadBalancers,
    DescribeRules,
    DescribeTags,
    DescribeTargetGroupAttributes,
    DescribeTargetGroups,
    DescribeTargetHealth,
    ModifyListener,
    ModifyRule,
    ModifyTargetGroupAttributes,
    RegisterTargets,
    RemoveTags,
  }),
)
