import type { RuleChange } from '../account/routing-table.ts'
import { senderError, validationError } from '../aws-error.ts'
import { actionList } from './actions.ts'
import { shownRule } from './describe-rules.ts'
import { operation } from './operation.ts'
import { conditionList, transformList } from './rule-parts.ts'
import { flag, structure, text } from './shape.ts'

const parts = {
  Actions: actionList,
  Conditions: conditionList,
  Transforms: transformList,
  ResetTransforms: flag,
}

/** "Any properties that you do not specify remain unchanged"; what is specified takes the place of all there was. */
export const ModifyRule = operation({
  bucket: 'mutating',
  resource: 'RuleArn',
  input: structure({ RuleArn: text }, parts),
  run(account, { RuleArn, Actions, Conditions, Transforms, ResetTransforms }) {
    const rule = account.rule(RuleArn)
    if ([Actions, Conditions, Transforms, ResetTransforms].every((each) => each === undefined)) {
      throw validationError('Either conditions or actions must be specified')
    }
    if (Transforms && ResetTransforms !== undefined) {
      throw validationError('Transforms and ResetTransforms cannot be specified at the same time')
    }
    if (Conditions?.length === 0) throw validationError('At least one condition must be specified')
    // Not documented: the default rule is documented to be changed by ModifyListener.
    if (rule.priority === 'default') {
      throw senderError('OperationNotPermitted', `Default rule '${RuleArn}' cannot be modified`)
    }
    const transforms = ResetTransforms ? [] : Transforms
    const change: RuleChange = {
      ...(Actions ? { actions: Actions } : {}),
      ...(Conditions ? { conditions: Conditions } : {}),
      ...(transforms ? { transforms } : {}),
    }
    return { Rules: [shownRule(account.routing.changeRule(RuleArn, change))] }
  },
})
