import { quoted } from '../domain/printable.ts'
import { DROPPED, INPUTS, type InputName, type Values } from './input-table.ts'

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
      ...missing('strategy', 'give in-place'),
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

const waysToUpdate: Rule = ({ texts, values: { mode } }) =>
  texts['update-command'] === '' && mode !== 'recover'
    ? ['update-command is empty: give the bash script that updates one server (strategy in-place needs it)']
    : []

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

const oneRegion: Rule = ({ values: { 'aws-region': region, 'target-group-arns': groups } }) =>
  region !== undefined && groups !== undefined && region !== groups.region
    ? [
        `aws-region is ${quoted(region)}, but the target groups are in ${groups.region}: leave aws-region out, or give the target groups of that region`,
      ]
    : []

const RULES: readonly Rule[] = [
  needed,
  twoVersions,
  waysToUpdate,
  smokeWithoutUrl,
  smokeOfNoServer,
  oneRegion,
]
