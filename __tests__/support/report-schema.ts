import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'

interface Schema {
  readonly $id: string
  readonly required: readonly string[]
  readonly properties: { readonly outcome: { readonly enum: readonly string[] } }
}

/** What is published of the file of `report-path`. */
export const SCHEMA = JSON.parse(readFileSync('schema/report-v1.schema.json', 'utf8')) as Schema

const ajv = new Ajv2020({ allErrors: true, strict: true, validateFormats: false })
const validate = ajv.compile(SCHEMA)

/** What is not as the schema says; empty when all is. */
export function problemsIn(report: unknown): string[] {
  if (validate(report)) return []
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`)
}
