import { quoted } from '../domain/printable.ts'
import type { Settings } from '../domain/settings.ts'
import { plural } from '../domain/wording.ts'
import { DROPPED, INPUTS, type Input, type InputName, type Values } from './input-table.ts'
import { listenerOf, resourceOf } from './parse-arns.ts'

/** What was read of the inputs: their texts (a default where empty), and the values of those that could be parsed. */
export interface Reading {
  readonly texts: Readonly<Record<InputName, string>>
  readonly values: Partial<Values>
}

type Rule = (reading: Reading) => readonly string[]

/** What is wrong with inputs that are each right. */
export const contradictions: Rule = (reading) => RULES.flatMap((rule) => rule(reading))

/** What a mode cannot do without. */
const needed: Rule = ({ texts, values: { mode = 'deploy' } }) => {
  const missing = (name: InputName, what: string) => (texts[name] === '' ? [`${name} is empty: ${what}`] : [])
  if (mode === 'deploy') {
    return [
      ...missing('strategy', 'give in-place or blue-green'),
      ...missing('version', `give the version to deploy, as the update command understands it; ${DROPPED}`),
    ]
  }
  if (mode !== 'rollback') return []
  return missing('rollout-id', `give the id of the rollout to undo, or latest for the last one; ${DROPPED}`)
}

const twoVersions: Rule = ({ values: { mode, version, 'previous-version': previous } }) =>
  mode === 'deploy' && version !== undefined && version === previous
    ? [
        `previous-version is ${quoted(previous)}, and so is version: give the version to deploy as version, and the one that runs now as previous-version`,
      ]
    : []

const waysToUpdate: Rule = ({ texts, values }) => {
  const { mode, strategy } = values
  const isBySsm = texts['ssm-document'] !== '' || texts['ssm-parameters'] !== ''
  const isByCommand = texts['update-command'] !== ''
  const isBoth = values['ssm-document'] !== undefined || values['ssm-parameters'] !== undefined
  if (isBoth && isByCommand) {
    return [
      'update-command and ssm-parameters (or ssm-document) are two ways to update a server: give one of them',
    ]
  }
  return !isBySsm && !isByCommand && mode === 'deploy' && strategy === 'in-place'
    ? [
        'update-command is empty: give the bash script that updates one server, or ssm-parameters (strategy in-place needs one of them)',
      ]
    : []
}

const waysToSeeDrained: Rule = ({ texts, values }) =>
  texts['drained-command'] !== '' && values['drained-check'] === 'connections'
    ? ['drained-command and drained-check are two ways to see that a server has drained: give one of them']
    : []

const ignoredAlarms: Rule = ({
  texts,
  values: { 'alarm-names': alarms = [], 'ignore-alarms-at-start': ignored = [] },
}) =>
  ignored
    .filter((name) => !alarms.includes(name))
    .map(
      (name) =>
        `ignore-alarms-at-start has ${quoted(name)}, which is not in alarm-names${texts['alarm-names'] === '' ? ', which is empty' : ''}: give it there too, or leave it out`,
    )

const pairOfGroups: Rule = ({ values: { mode, strategy, 'target-group-arns': groups } }) =>
  mode === 'deploy' && strategy === 'blue-green' && groups !== undefined && groups.arns.length !== 2
    ? [
        `target-group-arns has ${plural(groups.arns.length, 'target group')}: blue-green needs exactly two, the one that carries the traffic and the one that is to`,
      ]
    : []

const OF_STRATEGY: Readonly<Record<Settings['strategy'], readonly InputName[]>> = {
  'in-place': ['batch-size', 'min-healthy', 'max-failures', 'drained-command', 'drained-check'],
  'blue-green': [
    'route-arns',
    'test-listener-arns',
    'min-green',
    'traffic',
    'settle-time',
    'max-error-rate',
    'max-latency',
  ],
}

/** Somebody who gives them counts on what will not happen. */
const inputsOfTheOther: Rule = ({ texts, values: { mode, strategy } }) => {
  if (mode !== 'deploy' || strategy === undefined) return []
  const other = strategy === 'in-place' ? 'blue-green' : 'in-place'
  return OF_STRATEGY[other]
    .filter((name) => texts[name] !== defaultOf(name))
    .map(
      (name) =>
        `${name} is ${quoted(texts[name])}, which belongs to strategy ${other}: leave it out, as strategy is ${strategy}`,
    )
}

const defaultOf = (name: InputName): string => (INPUTS[name] as Input<unknown>).default ?? ''

/** A test listener is never changed, and neither are its rules. */
const routesToTesters: Rule = ({ values: { 'route-arns': routes, 'test-listener-arns': listeners } }) =>
  (routes?.arns ?? [])
    .filter((arn) => listeners?.arns.includes(listenerOf(arn)))
    .map((arn) => {
      const isListener = listenerOf(arn) === arn
      const why = isListener
        ? 'which is in test-listener-arns too'
        : 'a rule of a listener in test-listener-arns'
      return `route-arns has ${quoted(resourceOf(arn))}, ${why}: leave one of them out, as what testers see is never changed`
    })

const smokeWithoutUrl: Rule = ({ texts }) => {
  if (texts['smoke-url'] !== '') return []
  const given = {
    'smoke-status': texts['smoke-status'] !== INPUTS['smoke-status'].default,
    'smoke-body': texts['smoke-body'] !== '',
  }
  return (['smoke-status', 'smoke-body'] as const)
    .filter((name) => given[name])
    .map(
      (name) =>
        `${name} is ${quoted(texts[name])}, but smoke-url is empty: give the URL to check, or leave ${name} out`,
    )
}

const PER_SERVER = /\{(?:id|ip|port)\}/

/** Without one of them in the URL the check is made through the load balancer, and no server is meant. */
const smokeOfNoServer: Rule = ({ texts: { 'smoke-url': url, 'smoke-body': body } }) => {
  const [placeholder] = PER_SERVER.exec(body) ?? []
  if (url === '' || placeholder === undefined || PER_SERVER.test(url)) return []
  return [
    `smoke-body has ${quoted(placeholder)}, but smoke-url has none of {id}, {ip} and {port}: give a smoke-url of one server, or a smoke-body that suits all`,
  ]
}

const oneRegion: Rule = ({ values }) => {
  const { 'aws-region': region, 'target-group-arns': groups } = values
  if (groups === undefined) return []
  const problems: string[] = []
  if (region !== undefined && region !== groups.region) {
    problems.push(
      `aws-region is ${quoted(region)}, but the target groups are in ${groups.region}: leave aws-region out, or give the target groups of that region`,
    )
  }
  for (const name of ['route-arns', 'test-listener-arns'] as const) {
    const routes = values[name]
    if (routes === undefined || routes.region === groups.region) continue
    problems.push(
      `${name} is in ${routes.region}, but the target groups are in ${groups.region}: give ARNs of the same region`,
    )
  }
  return problems
}

const urlOfNoEnvironment: Rule = ({ texts }) =>
  texts['environment-url'] !== '' && texts['deployment-environment'] === ''
    ? [
        `environment-url is ${quoted(texts['environment-url'])}, but deployment-environment is empty: give the environment to which it belongs, or leave environment-url out`,
      ]
    : []

const RULES: readonly Rule[] = [
  needed,
  twoVersions,
  waysToUpdate,
  waysToSeeDrained,
  ignoredAlarms,
  pairOfGroups,
  inputsOfTheOther,
  routesToTesters,
  smokeWithoutUrl,
  smokeOfNoServer,
  oneRegion,
  urlOfNoEnvironment,
]
