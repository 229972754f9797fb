import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { InputName } from '../../src/action/input-table.ts'
import { readInputs } from '../../src/action/inputs.ts'
import type { Settings } from '../../src/domain/settings.ts'

export const action = parse(readFileSync('action.yml', 'utf8')) as {
  inputs: Record<string, { description: string; default?: string; required?: boolean }>
}

export type Given = Partial<Record<InputName, string>>

const PREFIX = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012'
export const ARN = `${PREFIX}:targetgroup/web/73e2d6bc24d8a067`
export const OTHER_ARN = `${PREFIX}:targetgroup/web-green/0123456789abcdef`
export const LISTENER = `${PREFIX}:listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2`
export const RULE = `${PREFIX}:listener-rule/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee`
export const TEST_LISTENER = `${PREFIX}:listener/app/web/50dc6c495c0c9188/0467ef3c8400ae65`

export const IN_PLACE: Given = {
  strategy: 'in-place',
  version: '1.0.2',
  'previous-version': '1.0.1',
  'target-group-arns': ARN,
  'update-command': './update.sh',
}
export const BLUE_GREEN: Given = {
  strategy: 'blue-green',
  version: '1.0.2',
  'target-group-arns': `${ARN},${OTHER_ARN}`,
}

/** An expression is the runner's business: the action sees what it comes to, and has no default of its own. */
export const presetOf = (name: string): string | undefined => {
  const preset = action.inputs[name]?.default
  return preset === undefined || /^\$\{\{.*\}\}$/.test(String(preset)) ? undefined : String(preset)
}

/** As the runner does: a default is there unless the workflow gives something else, be it empty. */
const read = (given: Given) => (name: string) => given[name as InputName] ?? presetOf(name) ?? ''

export const outcomeOf = (given: Given) => readInputs(read(given), { workspace: '/home/runner/app' })

export function settingsOf(given: Given): Settings {
  const result = outcomeOf(given)
  if ('problems' in result) throw new Error(result.problems.join('\n'))
  return result.settings
}

export function problemsOf(given: Given): readonly string[] {
  const result = outcomeOf(given)
  return 'problems' in result ? result.problems : []
}
