import { describe, expect, test } from '@jest/globals'
import { documentParameters, errorLimit, latencyLimit, names } from '../../src/action/parse-outside.ts'

describe('names of alarms', () => {
  test.each([
    ['web-5xx', ['web-5xx']],
    ['web-5xx, api-5xx', ['web-5xx', 'api-5xx']],
    ['web, eu: 5xx\napi-5xx\n\n', ['web, eu: 5xx', 'api-5xx']],
    ['a, a', ['a']],
  ])('%j', (text, value) => {
    expect(names(text)).toEqual({ value })
  })
})

describe('max-error-rate', () => {
  test.each([
    ['1%', { rate: 0.01 }],
    ['0.5%', { rate: 0.005 }],
    ['2x', { timesBlue: 2 }],
    ['1%, 2.5x', { rate: 0.01, timesBlue: 2.5 }],
    ['1x,3%', { rate: 0.03, timesBlue: 1 }],
  ])('%s', (text, value) => {
    expect(errorLimit(text)).toEqual({ value })
  })

  test.each(['1', '100%', '0.9x', '1%, 2%', '2x, 3x', '1%,', '-1%', 'x'])('not %s', (text) => {
    expect(errorLimit(text)).toMatchObject({ accepted: expect.stringContaining("green's requests (1%)") })
  })
})

describe('max-latency', () => {
  test.each([
    ['p99 500ms', { percentile: 99, ms: 500 }],
    ['p95  2s', { percentile: 95, ms: 2_000 }],
    ['p99.9 1s', { percentile: 99.9, ms: 1_000 }],
  ])('%s', (text, value) => {
    expect(latencyLimit(text)).toEqual({ value })
  })

  test.each(['p100 1s', 'p0 1s', '500ms', 'p99', 'p99 0ms', 'p99 1.5s', 'P99 1s'])('not %s', (text) => {
    expect(latencyLimit(text)).toMatchObject({ accepted: expect.stringContaining('p99 500ms') })
  })
})

describe('ssm-parameters', () => {
  test('is an object of texts and lists of texts', () => {
    expect(documentParameters('{"commands": ["a", "b"], "workingDirectory": "/opt"}')).toEqual({
      value: { commands: ['a', 'b'], workingDirectory: ['/opt'] },
    })
  })

  test.each([
    ['[]', undefined],
    ['"a"', undefined],
    ['null', undefined],
    ['{', undefined],
    ['{"a": 1}', 'a'],
    ['{"a": [["b"]]}', 'a'],
  ])('not %s', (text, culprit) => {
    expect(documentParameters(text)).toEqual({
      accepted: expect.stringContaining('give a JSON object'),
      ...(culprit === undefined ? {} : { culprit }),
    })
  })
})
