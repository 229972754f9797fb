import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { boolean, count, duration, oneOf, problemWith, text, unless } from '../../src/action/parse.ts'
import { size, sizes } from '../../src/action/parse-sizes.ts'
import { smokeUrl, statusRanges } from '../../src/action/parse-smoke.ts'
import { cases } from './parse-cases.ts'

cases('a duration', {
  parse: duration(),
  good: [
    ['90s', 90_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1h0m5s', 3_605_000],
    ['2h5s', 7_205_000],
    ['0s', 0],
    ['120h', 432_000_000],
  ],
  bad: [
    '',
    '90',
    '-5s',
    '1.5h',
    '5 m',
    '5M',
    '1d',
    '30m1h',
    '5ms',
    '1m1m',
    's',
    '121h',
    '999999999999s',
    '٣s',
    '5m\n',
  ],
})

test('a duration can have a least', () => {
  expect(duration({ least: 1_000 })('1s')).toEqual({ value: 1_000 })
  expect(duration({ least: 1_000 })('0m')).toMatchObject({ accepted: expect.stringContaining('at least 1s') })
})

cases('a size', {
  parse: size({ least: 0 }),
  good: [
    ['0', { count: 0 }],
    ['2', { count: 2 }],
    ['25%', { percent: 25 }],
    ['0%', { percent: 0 }],
    ['100%', { percent: 100 }],
  ],
  bad: ['', '101%', '-1', '1.5', '12.5%', '25 %', '%', '2,3', 'half', '1e3', '0x10', '9999999'],
})

cases('a list of sizes', {
  parse: sizes({ least: 1 }),
  good: [
    ['2', [{ count: 2 }]],
    ['1, 25%, 50%', [{ count: 1 }, { percent: 25 }, { percent: 50 }]],
    ['1,1,2', [{ count: 1 }, { count: 1 }, { count: 2 }]],
    ['5, 25%, 6', [{ count: 5 }, { percent: 25 }, { count: 6 }]],
  ],
  bad: [
    '',
    '0',
    '0%',
    '101%',
    '1,,2',
    '1,',
    ',1',
    '2, 1',
    '50%, 25%',
    '5, 25%, 3',
    '25%, 5, 20%',
    '1; 2',
    '1 2',
  ],
})

test('a list that shrinks is told where it does', () => {
  expect(sizes({ least: 1 })('5, 25%, 3')).toMatchObject({
    accepted: expect.stringContaining('3 comes after 5'),
  })
})

cases('a count', {
  parse: count({ least: 1 }),
  good: [
    ['1', 1],
    ['12', 12],
  ],
  bad: ['', '0', '-1', '1.0', '1e2', ' 1', 'one', '25%', '9999999999'],
})

cases('a boolean', {
  parse: boolean,
  good: [
    ['true', true],
    ['True', true],
    ['TRUE', true],
    ['false', false],
    ['False', false],
    ['FALSE', false],
  ],
  bad: ['', 'yes', 'no', '1', '0', 'tRUE', 'on', 'true '],
})

cases('a word', {
  parse: oneOf('rollback', 'freeze'),
  good: [['freeze', 'freeze']],
  bad: ['', 'Freeze', 'rollback,freeze', 'toString'],
})

cases('a word in place of a value', {
  parse: unless('auto', duration()),
  good: [
    ['auto', undefined],
    ['30s', 30_000],
  ],
  bad: ['', 'AUTO', 'never'],
})

cases('a text', {
  parse: text({ most: 5 }),
  good: [
    ['abcde', 'abcde'],
    ['a\nb', 'a\nb'],
    ["$('", "$('"],
  ],
  bad: ['abcdef', 'ééé', 'a\0b'],
})

cases('HTTP statuses', {
  parse: statusRanges,
  good: [
    ['200', [{ from: 200, to: 200 }]],
    ['200-399', [{ from: 200, to: 399 }]],
    [
      '200,204',
      [
        { from: 200, to: 200 },
        { from: 204, to: 204 },
      ],
    ],
    [
      '200-299, 304',
      [
        { from: 200, to: 299 },
        { from: 304, to: 304 },
      ],
    ],
  ],
  bad: ['', '2xx', '99', '600', '399-200', '200-', '-200', '200,', '200..299', '200-299-399'],
})

cases('a smoke URL', {
  parse: smokeUrl,
  good: [
    'https://www.example.com/health',
    'http://{ip}:{port}/health?v={version}',
    'http://[{ip}]:{port}/',
    'https://{id}.internal/{version}',
  ].map((url) => [url, url] as const),
  bad: [
    '',
    'www.example.com',
    '/health',
    'ftp://example.com/',
    'file:///etc/passwd',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what a shell would fill in
    'http://example.com/${version}x{',
    'http://{host}/',
    'http://{Ip}/',
    'http://{ip/',
    'http://ip}/',
    'http://{ip}:99999/',
    'javascript:alert(1)',
  ],
})

describe('a problem', () => {
  test('names the input, the value and the accepted forms', () => {
    const wrong = sizes({ least: 1 })('0%')
    expect('accepted' in wrong && problemWith('batch-size', '0%', wrong)).toBe(
      'batch-size is "0%": give a number of servers (2), a share (25%), or a list that grows (1, 25%, 50%)',
    )
  })
  test('names the part of a list that is wrong', () => {
    const wrong = sizes({ least: 1 })('1, x')
    expect('accepted' in wrong && problemWith('batch-size', '1, x', wrong)).toMatch(
      /^batch-size has "x": give /,
    )
  })
  test('says when there is nothing', () => {
    expect(problemWith('version', '', { accepted: 'give one' })).toBe('version is empty: give one')
  })
  test('shows any value on one line, cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }), (value) => {
        const problem = problemWith('mode', value, { accepted: 'give x' })
        expect(problem).toMatch(/^mode is ".*": give x$/)
        expect(problem).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/u)
      }),
    )
    expect(problemWith('mode', 'x'.repeat(5_000), { accepted: '' }).length).toBeLessThan(120)
  })
})
