/** `2026-11-23T00:01:53.000Z`, of milliseconds since the epoch. */
export const isoTime = (ms: number): string =>
  // biome-ignore lint/style/noRestrictedGlobals: a given time is put into words; no clock is read
  new Date(ms).toISOString()
