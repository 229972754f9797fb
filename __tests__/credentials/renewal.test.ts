import { describe, expect, test } from '@jest/globals'
import { renewing, type SessionCredentials } from '../../src/credentials/renewal.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** Sessions of an hour, in a time that stands still. */
function setting() {
  let now = 0
  const state = { fetched: 0, fails: false }
  const fetch = async (): Promise<SessionCredentials> => {
    const number = ++state.fetched
    await Promise.resolve()
    if (state.fails) throw new Error(`attempt ${number}`)
    return {
      accessKeyId: `ASIA${number}`,
      secretAccessKey: 'secret',
      sessionToken: 'token',
      expiration: new Date(now + HOUR_MS),
    }
  }
  const provide = renewing(fetch, () => now)
  const pass = (ms: number) => {
    now += ms
  }
  return { state, pass, key: async () => (await provide()).accessKeyId }
}

describe('credentials', () => {
  test('are fetched when they are asked for, and once', async () => {
    const { state, pass, key } = setting()
    expect(state.fetched).toBe(0)
    expect(await Promise.all([key(), key(), key()])).toEqual(['ASIA1', 'ASIA1', 'ASIA1'])
    pass(HOUR_MS - 5 * MINUTE_MS)
    expect(await key()).toBe('ASIA1')
  })

  test('are renewed in their last five minutes, once for all who ask', async () => {
    const { pass, key } = setting()
    await key()
    pass(HOUR_MS - 5 * MINUTE_MS + 1)
    expect(await Promise.all([key(), key()])).toEqual(['ASIA2', 'ASIA2'])
    expect(await key()).toBe('ASIA2')
  })

  test('that are still good are kept when they cannot be renewed, which is tried every half minute', async () => {
    const { state, pass, key } = setting()
    await key()
    state.fails = true
    pass(HOUR_MS - 4 * MINUTE_MS)
    expect([await key(), await key(), state.fetched]).toEqual(['ASIA1', 'ASIA1', 2])
    pass(30_000)
    expect([await key(), await key(), state.fetched]).toEqual(['ASIA1', 'ASIA1', 3])
    state.fails = false
    pass(30_000)
    expect([await key(), state.fetched]).toEqual(['ASIA4', 4])
  })

  test('that have expired are not given out', async () => {
    const { state, pass, key } = setting()
    await key()
    state.fails = true
    pass(HOUR_MS)
    await expect(key()).rejects.toThrow('attempt 2')
    await expect(key()).rejects.toThrow('attempt 3')
  })

  test('that never came are asked for again', async () => {
    const { state, key } = setting()
    state.fails = true
    await expect(Promise.all([key(), key()])).rejects.toThrow('attempt 1')
    state.fails = false
    expect(await key()).toBe('ASIA2')
  })
})
