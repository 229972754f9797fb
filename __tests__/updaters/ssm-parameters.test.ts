import { describe, expect, test } from '@jest/globals'
import { parameterProblems, parametersFor } from '../../src/updaters/ssm-parameters.ts'
import { CONTEXT } from './options.ts'
import { instances } from './ssm-setting.ts'

describe('the shell document', () => {
  const problems = (parameters: Record<string, string[]>) =>
    parameterProblems({ name: 'AWS-RunShellScript', parameters })

  test('needs commands, and its timeout is ours', () => {
    expect(problems({ commands: ['x'] })).toEqual([])
    expect(problems({})).toEqual([expect.stringMatching(/needs "commands"/)])
    expect(problems({ commands: [] })).toEqual([expect.stringMatching(/needs "commands"/)])
    expect(problems({ commands: ['#!/usr/bin/perl'], executionTimeout: ['9'] })).toEqual([
      expect.stringMatching(/leave out "executionTimeout"/),
      expect.stringMatching(/must be for a shell/),
    ])
  })

  test('other documents are not ours to judge', () => {
    expect(parameterProblems({ name: 'Own', parameters: { executionTimeout: ['9'] } })).toEqual([])
  })

  test.each([
    [1_500, '2'],
    [600_000, '600'],
    [999_999_000, '172800'],
  ])('ends after %i ms', (timeoutMs, seconds) => {
    const facts = { rolloutId: 'r', mode: 'deploy', strategy: 'in-place', groups: [] }
    const document = {
      name: 'arn:aws:ssm:eu-west-1::document/AWS-RunShellScript',
      parameters: { commands: ['x'] },
    }
    const parameters = parametersFor(document, { servers: instances(1), context: CONTEXT, facts, timeoutMs })
    expect(parameters.executionTimeout).toEqual([seconds])
  })
})
