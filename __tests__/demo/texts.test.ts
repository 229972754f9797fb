import { expect, test } from '@jest/globals'
import { plainText } from '../../demo/plain-text.ts'
import { SCENES, sceneFor } from '../../demo/scenes.ts'

test('a summary loses its markup and keeps its words', () => {
  const markdown = [
    '## ✅ Succeeded: 1.0.2 runs on 2 servers&#58; all',
    '',
    '| Batch | Server |',
    '| :-- | --- |',
    '| 1 | <code>i&#45;1</code> |',
    '| rollback&nbsp;1 | <code>i&#124;2</code> |',
    '',
    '### Timeline',
    '',
    '```mermaid',
    'gantt',
    '```',
    '',
    '### What failed',
    '',
    '[a link](https://example.com)',
    '<details><summary>Last lines</summary>',
    '',
    '<pre>',
    'one &#60;',
    '</pre>',
  ].join('\n')
  expect(plainText(markdown).split('\n')).toEqual([
    '✅ Succeeded: 1.0.2 runs on 2 servers: all',
    '',
    'Batch       Server',
    '1           i-1',
    'rollback 1  i|2',
    '',
    'What failed',
    '',
    'a link',
    'Last lines',
    '',
    'one <',
  ])
})

test('a scene is chosen by its name', () => {
  expect(sceneFor([])).toBe(SCENES.rollout)
  expect(sceneFor(['bad-version'])).toBe(SCENES['bad-version'])
  expect(() => sceneFor(['toString'])).toThrow(
    "There is no scene 'toString'. There are:\n  npm run demo\n  npm run demo -- bad-version\n  npm run demo -- run-command\n  npm run demo -- blue-green\n  npm run demo -- rollback",
  )
})
