const PREFIX = /^arn:[^/]*:targetgroup\/(?=.)/

/**
 * What the ARNs of groups of one account and region have in common, up to the name; empty where they differ. A reader of
 * any one of the groups knows it, so a list says only the rest, and gives the whole ARN of *all* of its groups to a reader
 * that was told of one.
 */
export function commonPrefix(arns: readonly string[]): string {
  const prefixes = new Set(arns.map((arn) => PREFIX.exec(arn)?.[0] ?? ''))
  const [prefix = ''] = prefixes
  return prefixes.size === 1 ? prefix : ''
}

const SHORT = '+'
const WHOLE = '='

export const shortArn = (arn: string, prefix: string): string =>
  prefix !== '' && arn.startsWith(prefix) ? SHORT + arn.slice(prefix.length) : WHOLE + arn

export const longArn = (text: string, prefix: string): string =>
  (text.startsWith(SHORT) ? prefix : '') + text.slice(1)

/** `web` of `…:targetgroup/web/0123456789abcdef`: what people call it. */
export const nameOf = (arn: string): string => arn.split('/')[1] ?? arn
