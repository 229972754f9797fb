/** Milliseconds as seconds, thousandths of the traffic as percent; what is undefined stays so. */

export const seconds = (ms: number): number => Math.round(ms) / 1000

export const secondsIf = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : seconds(ms)

export const percentIf = (share: number | undefined): number | undefined =>
  share === undefined ? undefined : share / 10

/** `in doubt` as `in-doubt`: for people and for programs. */
export const hyphenated = (words: string): string => words.replaceAll(' ', '-')
