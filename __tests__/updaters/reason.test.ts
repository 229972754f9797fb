import { expect, test } from '@jest/globals'
import type { CommandEnd } from '../../src/updaters/command.ts'
import { failureOf } from '../../src/updaters/reason.ts'

const CASES: [CommandEnd, number, string | undefined][] = [
  [{ ended: true, exit: { code: 0 } }, 1, undefined],
  [{ ended: true, exit: { code: 0 }, signalled: 'SIGTERM' }, 1, undefined],
  [{ ended: true, exit: { code: 3 } }, 1, 'exit code 3'],
  [{ ended: true, exit: { signal: 'SIGSEGV' } }, 1, 'ended by SIGSEGV'],
  [
    { ended: false, exit: { code: 0 }, signalled: 'SIGKILL' },
    1,
    'exit code 0, but what it left running could not be ended',
  ],
  // A script may catch SIGTERM and exit with 0: it was cut all the same.
  [
    { ended: true, exit: { code: 0 }, cut: 'timeout', signalled: 'SIGTERM' },
    90_000,
    'no end within 1 m 30 s, ended by SIGTERM',
  ],
  [
    { ended: false, cut: 'timeout', signalled: 'SIGKILL' },
    7_200_000,
    'no end within 2 h, and not even SIGKILL could end it',
  ],
  [
    { ended: true, exit: { signal: 'SIGKILL' }, cut: 'abort', signalled: 'SIGKILL' },
    1,
    'aborted, ended by SIGKILL',
  ],
]

test.each(CASES)('%j with %i ms: %s', (end, timeoutMs, reason) => {
  expect(failureOf(end, timeoutMs)).toBe(reason)
})
