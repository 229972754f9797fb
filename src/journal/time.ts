/** `2026-11-23T07:04:10Z`: to the second, down. */
export const toTime = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

/** Not a number when it is not a time. */
export const fromTime = (text: string | undefined): number => Date.parse(text ?? '')
