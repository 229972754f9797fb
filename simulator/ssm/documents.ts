import { senderError } from '../aws-error.ts'

export interface DocumentParameter {
  readonly type: 'String' | 'StringList'
  readonly default?: readonly string[]
  readonly allowedPattern?: RegExp
}

export interface Document {
  readonly name: string
  /** Of its only step, as its plugin is shown. */
  readonly step: string
  readonly parameters: Readonly<Record<string, DocumentParameter>>
}

export const RUN_SHELL_SCRIPT: Document = {
  name: 'AWS-RunShellScript',
  step: 'aws:runShellScript',
  parameters: {
    commands: { type: 'StringList' },
    workingDirectory: { type: 'String', default: [''] },
    executionTimeout: {
      type: 'String',
      default: ['3600'],
      allowedPattern: /^([1-9][0-9]{0,4}|1[0-6][0-9]{4}|17[0-1][0-9]{3}|172[0-7][0-9]{2}|172800)$/,
    },
  },
}

export type Parameters = Readonly<Record<string, readonly string[]>>

/** The size limit of a document, to which the parameters are taken to count. */
const LARGEST = 64 * 1024

/** Throws what SendCommand answers to parameters that the document does not take. */
export function checkParameters(document: Document, given: Parameters): void {
  if (Buffer.byteLength(JSON.stringify(given)) > LARGEST)
    throw senderError('MaxDocumentSizeExceeded', 'The size limit of a document is 64 KB.')
  for (const [name, values] of Object.entries(given)) {
    const parameter = document.parameters[name]
    if (parameter === undefined) throw invalid(`Parameter "${name}" is not defined in the document.`)
    if (parameter.type === 'String' && values.length !== 1) throw invalid(`Parameter "${name}" is no list.`)
    if (values.some((value) => parameter.allowedPattern?.test(value) === false))
      throw invalid(`Parameter "${name}" does not match its allowed pattern.`)
  }
  const missing = Object.entries(document.parameters).find(
    ([name, parameter]) => parameter.default === undefined && given[name] === undefined,
  )
  if (missing) throw invalid(`Parameter "${missing[0]}" requires a value.`)
}

/** Seconds; a document without the parameter has the default of its plugin. */
export function executionTimeoutOf(document: Document, given: Parameters): number {
  const [value] = given.executionTimeout ?? document.parameters.executionTimeout?.default ?? ['3600']
  return Number(value)
}

const invalid = (message: string) => senderError('InvalidParameters', message)
