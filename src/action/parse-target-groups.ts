import type { Parsed, Parser } from './parse.ts'

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html */
const TARGET_GROUP =
  /^arn:aws[a-z-]*:elasticloadbalancing:([a-z0-9-]+):\d{12}:targetgroup\/[A-Za-z0-9-]{1,32}\/[0-9a-z]+$/
const OTHER_ELB = /^arn:[^:]*:elasticloadbalancing:[^:]*:[^:]*:([a-z-]+)\//

const FORMS =
  "give target groups' ARNs (arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef), by comma or newline"

export interface TargetGroupArns {
  readonly arns: readonly string[]
  readonly region: string
}

/** All of one region, none twice; of any partition. */
export const targetGroupArns: Parser<TargetGroupArns> = (text) => {
  const arns = text
    .split(/[,\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== '')
  const [first] = arns
  if (first === undefined) return { accepted: FORMS }
  for (const [index, arn] of arns.entries()) {
    const wrong = wrongForm(arn) ?? wrongCompany(arn, arns.slice(0, index))
    if (wrong !== undefined) return wrong
  }
  return { value: { arns, region: regionOf(first) } }
}

const regionOf = (arn: string): string => TARGET_GROUP.exec(arn)?.[1] ?? ''

function wrongForm(arn: string): Parsed<never> | undefined {
  if (TARGET_GROUP.test(arn)) return undefined
  const [, kind] = OTHER_ELB.exec(arn) ?? []
  const instead = kind === undefined || kind === 'targetgroup' ? '' : `; this is the ARN of a ${kind}`
  return { accepted: `${FORMS}${instead}`, culprit: arn }
}

function wrongCompany(arn: string, before: readonly string[]): Parsed<never> | undefined {
  if (before.includes(arn)) return { accepted: 'give each target group once', culprit: arn }
  const [first = arn] = before
  if (regionOf(first) === regionOf(arn)) return undefined
  return {
    accepted: `give target groups of one region; this one is in ${regionOf(arn)}, the first in ${regionOf(first)}`,
    culprit: arn,
  }
}
