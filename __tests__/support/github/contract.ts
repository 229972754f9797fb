import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'

/** Of GitHub's own description; `scripts/slim-openapi.ts` has made the file. */
interface Operation {
  readonly parameters: readonly Parameter[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content; readonly $ref?: string }>>
}
type Content = Readonly<Record<string, { readonly schema: object }>>
type Parameter = { readonly $ref: string } | ParameterItself
interface ParameterItself {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly schema: object
}
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export interface Call {
  readonly method: string
  readonly url: URL
  readonly body?: unknown
}

/** A call that the description knows. */
export interface Known {
  readonly path: string
  readonly parameters: Readonly<Record<string, string>>
  /** What GitHub would answer 422 for. */
  readonly problems: readonly string[]
  /** Whether an answer is as the description has it. */
  problemsOfAnswer(status: number, body: unknown): string[]
}

const description = JSON.parse(
  readFileSync('__tests__/support/github/openapi-slim.json', 'utf8'),
) as Description

// In OpenAPI 3.0 words stand beside those of JSON Schema; parameters are texts.
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true, coerceTypes: false })
const ofTexts = new Ajv({ strict: false, validateFormats: false, allErrors: true, coerceTypes: true })
for (const each of [ajv, ofTexts]) each.addSchema(description, 'github')

/** Undefined: no such operation, which is GitHub's 404. */
export function knownCall({ method, url, body }: Call): Known | undefined {
  for (const [path, operations] of Object.entries(description.paths)) {
    const operation = operations[method.toLowerCase()]
    const found = new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`).exec(url.pathname)
    if (operation === undefined || found === null) continue
    const parameters = { ...found.groups, ...Object.fromEntries(url.searchParams) }
    return {
      ...{ path, parameters },
      problems: [...problemsInParameters(operation, parameters), ...problemsInBody(operation, body)],
      problemsOfAnswer: (status, answer) => problemsInAnswer(operation, status, answer),
    }
  }
  return undefined
}

function problemsInParameters(operation: Operation, given: Readonly<Record<string, string>>): string[] {
  const known = new Map(operation.parameters.map(itself).map((parameter) => [parameter.name, parameter]))
  return Object.entries(given).flatMap(([name, value]) => {
    const parameter = known.get(name)
    if (parameter === undefined) return [`there is no parameter ${name}`]
    return failures(ofTexts.compile(absolute({ properties: { value: parameter.schema } })), { value })
  })
}

/** GitHub ignores properties that it does not know; here they are mistakes. */
function problemsInBody({ requestBody }: Operation, body: unknown): string[] {
  if (requestBody === undefined) return body === undefined ? [] : ['there must be no body']
  const schema = requestBody.content['application/json']?.schema
  return [
    ...failures(ajv.compile(absolute({ ...schema, additionalProperties: false })), body),
    ...tooLong(schema, body),
  ]
}

/** The longest description stands in the text of the description alone. */
function tooLong(schema: object | undefined, body: unknown): string[] {
  const { properties = {} } = schema as { properties?: Record<string, { description?: string }> }
  const most = /maximum description length is (\d+) characters/.exec(
    properties.description?.description ?? '',
  )
  const { description: given } = body as { description?: unknown }
  if (typeof given !== 'string') return []
  const limit = Number(most?.[1] ?? 140)
  return [...given].length > limit ? [`description is too long (maximum is ${limit} characters)`] : []
}

function problemsInAnswer(operation: Operation, status: number, answer: unknown): string[] {
  const response = operation.responses[status]
  if (response === undefined) return [`there is no answer ${status}`]
  const { content } = resolved<{ content?: Content }>(response)
  const schema = content?.['application/json']?.schema
  return schema === undefined ? [] : failures(ajv.compile(absolute(schema)), answer)
}

const itself = (parameter: Parameter): ParameterItself => resolved(parameter)

function resolved<T>(node: object): T {
  const [, kind = '', name = ''] =
    /^#\/components\/(.*)\/(.*)$/.exec((node as { $ref?: string }).$ref ?? '') ?? []
  return (kind === '' ? node : description.components[kind]?.[name]) as T
}

/** Taken out of the file, a reference must say of which file it is. */
const absolute = (schema: object): object =>
  JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"github#/'))

const failures = (validate: ValidateFunction, value: unknown): string[] =>
  validate(value) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`)
