import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The licences of everything that may be in the bundles. ncc's own list keeps only those of the last chunk. */

interface LockedPackage {
  readonly version?: string
  readonly license?: string
  readonly dev?: boolean
  readonly optional?: boolean
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, LockedPackage>
}

const shipped = Object.entries(lock.packages)
  .filter(([path, { dev, optional }]) => path !== '' && dev !== true && optional !== true)
  .sort(([a], [b]) => (a < b ? -1 : 1))

function licenseText(path: string): string {
  const file = readdirSync(path).find((name) => /^licen[cs]e(\.\w+)?$/i.test(name))
  return file === undefined ? '' : readFileSync(join(path, file), 'utf8').trim()
}

const entries = shipped.map(([path, { version, license }]) => {
  const name = path.split('node_modules/').at(-1)
  return [`${name} ${version}`, license ?? 'unknown', '', licenseText(path)].join('\n').trim()
})

writeFileSync(process.argv[2] as string, `${entries.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`)
