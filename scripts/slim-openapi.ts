/**
 * Takes from GitHub's own description of its API what the tests ask of it. Only for a new release of that description:
 *
 *     npm install --no-save --prefix <folder> @octokit/openapi
 *     node scripts/slim-openapi.ts <folder>/node_modules/@octokit/openapi
 */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** By the path, the methods that are used. */
export const USED = {
  '/repos/{owner}/{repo}/deployments': ['get', 'post'],
  '/repos/{owner}/{repo}/deployments/{deployment_id}/statuses': ['get', 'post'],
} as const

const INTO = '__tests__/support/github'

interface Description {
  readonly openapi: string
  readonly info: object
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** The same with nothing but these operations, and what they refer to; without examples and GitHub's own extensions. */
export function slim(
  { openapi, info, paths, components }: Description,
  used: Readonly<Record<string, readonly string[]>>,
) {
  const kept = Object.entries(used).map(([path, methods]) => {
    const operations = methods.map((method) => [method, bare(paths[path]?.[method])])
    return [path, Object.fromEntries(operations)] as const
  })
  const parts: Record<string, Record<string, unknown>> = {}
  const take = (node: unknown): void => {
    for (const [kind, name] of referencesIn(node)) {
      if (parts[kind]?.[name] !== undefined) continue
      const part = bare(components[kind]?.[name])
      parts[kind] = { ...parts[kind], [name]: part }
      take(part)
    }
  }
  take(kept)
  return { openapi, info, paths: Object.fromEntries(kept), components: parts }
}

function referencesIn(node: unknown): (readonly [kind: string, name: string])[] {
  const references = JSON.stringify(node).matchAll(/"\$ref":"#\/components\/([\w-]+)\/([\w-]+)"/g)
  return [...references].map(([, kind = '', name = '']) => [kind, name] as const)
}

const DROPPED = /^(x-.*|examples?|externalDocs|tags)$/

/** A property of a schema may be called as what is dropped: those are kept. */
function bare(node: unknown, isNamed = false): unknown {
  if (Array.isArray(node)) return node.map((item) => bare(item))
  if (typeof node !== 'object' || node === null) return node
  const entries = Object.entries(node).filter(([name]) => isNamed || !DROPPED.test(name))
  return Object.fromEntries(entries.map(([name, value]) => [name, bare(value, name === 'properties')]))
}

function main([folder = '']: readonly string[]): void {
  const description = JSON.parse(
    readFileSync(`${folder}/generated/api.github.com.json`, 'utf8'),
  ) as Description
  const slimmed = JSON.stringify(slim(description, USED), undefined, 2)
  writeFileSync(`${INTO}/openapi-slim.json`, `${slimmed}\n`)
  copyFileSync(`${folder}/LICENSE`, `${INTO}/LICENSE`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main(process.argv.slice(2))
