import { spawnSync } from 'node:child_process'

/**
 * Runs jest. All tests at once are run in two parts: those that only compute share all cores; those that run real processes in
 * real time, under load, need the machine for themselves.
 */
const FLAGS = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning']
const IN_REAL_TIME = '__tests__/(e2e|demo)/|simulator/main'

const jest = (...given) =>
  spawnSync(process.execPath, [...FLAGS, 'node_modules/jest/bin/jest.js', ...given], { stdio: 'inherit' })
    .status === 0

const given = process.argv.slice(2)
const isGood =
  given.length > 0
    ? [jest(...given)]
    : [
        jest('--maxWorkers=100%', '--testPathIgnorePatterns', IN_REAL_TIME),
        // They do little but wait: eight at once take less than a core.
        jest('--runInBand', '--maxConcurrency=8', '--testPathPatterns', IN_REAL_TIME),
      ]
process.exitCode = isGood.every(Boolean) ? 0 : 1
