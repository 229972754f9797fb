import type { Parsed, Parser } from './parse.ts'

export interface Arns {
  readonly arns: readonly string[]
  /** Of them all. */
  readonly region: string
}

interface Resource {
  /** As its ARN calls it, and as people do. */
  readonly type: string
  readonly name: string
  /** What follows the type in its ARN. */
  readonly path: string
  readonly example: string
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html */
const GROUP: Resource = {
  type: 'targetgroup',
  name: 'target group',
  path: '[A-Za-z0-9-]{1,32}/[0-9a-z]+',
  example: 'web/0123456789abcdef',
}
const LISTENER: Resource = {
  type: 'listener',
  name: 'listener',
  path: '(?:app|net)/[A-Za-z0-9-]{1,32}/[0-9a-z]+/[0-9a-z]+',
  example: 'app/web/50dc6c495c0c9188/f2f7dc8efc522ab2',
}
const RULE: Resource = {
  type: 'listener-rule',
  name: 'rule',
  path: `${LISTENER.path}/[0-9a-z]+`,
  example: `${LISTENER.example}/9683b2d02a6cabee`,
}

export const targetGroupArns = listOf(GROUP)
export const listenerArns = listOf(LISTENER)
/** Of listeners, for their default actions, and of rules. */
export const routeArns = listOf(LISTENER, RULE)

/** Of a rule: the listener that it belongs to; a listener is its own. */
export const listenerOf = (arn: string): string => arn.replace(/:listener-rule(\/.+)\/[^/]+$/, ':listener$1')

/** Without account and region: short enough to be quoted whole. */
export const resourceOf = (arn: string): string => arn.split(':')[5] ?? arn

/** By comma or newline; all of one region, none twice; of any partition. */
function listOf(...wanted: readonly Resource[]): Parser<Arns> {
  return (text) => {
    const arns = text
      .split(/[,\n]/)
      .map((item) => item.trim())
      .filter((item) => item !== '')
    const [first] = arns
    if (first === undefined) return { accepted: formsOf(wanted) }
    const wrong = wrongForm(arns, wanted) ?? wrongCompany(arns, wanted)
    return wrong ?? { value: { arns, region: regionOf(first) } }
  }
}

const formsOf = (wanted: readonly Resource[]): string => {
  const names = wanted.map(({ name }) => `${name}s'`).join(' or ')
  const examples = wanted.map(
    ({ type, example }) => `arn:aws:elasticloadbalancing:eu-west-1:123456789012:${type}/${example}`,
  )
  return `give ${names} ARNs (${examples.join(', ')}), by comma or newline`
}

function wrongForm(arns: readonly string[], wanted: readonly Resource[]): Parsed<never> | undefined {
  const resources = wanted.map(({ type, path }) => `${type}/${path}`).join('|')
  const form = new RegExp(`^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\\d{12}:(?:${resources})$`)
  const culprit = arns.find((arn) => !form.test(arn))
  if (culprit === undefined) return undefined
  const [, type] = /^arn:[^:]*:elasticloadbalancing:[^:]*:[^:]*:([a-z-]+)\//.exec(culprit) ?? []
  const isOther = type !== undefined && !wanted.some((resource) => resource.type === type)
  const hint = culprit.includes('***')
    ? '; *** stands for the id of your account, which GitHub has masked where you have copied it: put it in'
    : isOther
      ? `; this is the ARN of a ${nameOf(type)}`
      : ''
  return { accepted: `${formsOf(wanted)}${hint}`, culprit }
}

const nameOf = (type: string): string =>
  [GROUP, LISTENER, RULE].find((resource) => resource.type === type)?.name ?? type

function wrongCompany(arns: readonly string[], wanted: readonly Resource[]): Parsed<never> | undefined {
  const names = wanted.map(({ name }) => name)
  const twice = arns.find((arn, index) => arns.indexOf(arn) !== index)
  if (twice !== undefined) {
    return { accepted: `give each ${names.join(' and ')} once`, culprit: resourceOf(twice) }
  }
  const region = regionOf(arns[0] ?? '')
  const foreign = arns.find((arn) => regionOf(arn) !== region)
  if (foreign === undefined) return undefined
  return {
    accepted: `give ${names.join('s and ')}s of one region; this one is in ${regionOf(foreign)}, the first in ${region}`,
    culprit: resourceOf(foreign),
  }
}

const regionOf = (arn: string): string => arn.split(':')[3] ?? ''
