import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { withTables } from '../../scripts/readme-tables.ts'

const README = 'a\n<!-- inputs -->\nold\n<!-- /inputs -->\nb\n<!-- outputs -->\n<!-- /outputs -->\nc\n'

const ACTION = `
inputs:
  size:
    description: |-
      One of \`a|b\` | <c>.

      More of \`<d>\`.
    default: 50%
  arn:
    description: An ARN
    required: true
outputs:
  outcome:
    description: How $& it ended
`

test('writes the tables between the markers', () => {
  expect(withTables(README, ACTION)).toBe(`a
<!-- inputs -->
| Input | Default | Meaning |
| --- | --- | --- |
| \`size\` | \`50%\` | One of \`a\\|b\` \\| &lt;c>.<br>More of \`<d>\`. |
| \`arn\` | required | An ARN |
<!-- /inputs -->
b
<!-- outputs -->
| Output | Meaning |
| --- | --- |
| \`outcome\` | How $& it ended |
<!-- /outputs -->
c
`)
})

test('writing them again changes nothing', () => {
  const action = readFileSync('action.yml', 'utf8')
  const once = withTables(README, action)
  expect(withTables(once, action)).toBe(once)
})

test('a README without the markers is an error', () => {
  expect(() => withTables('nothing', ACTION)).toThrow('README.md lacks <!-- inputs -->')
})
