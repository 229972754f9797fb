/**
 * Writes the policies of docs/iam.md, between `<!-- policy in-place -->` and `<!-- /policy in-place -->` and so on, from the
 * commands of the AWS SDK that the code uses and the table in iam/features.ts, which says what they are for. With
 * `--check` it only says what differs.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { callsIn, sourcesIn } from './iam/calls.ts'
import { FEATURES, type Feature, type FeatureName, POLICIES } from './iam/features.ts'
import { differences, permissionsOf, policyFor } from './iam/policy.ts'
import { fill } from './marks.ts'

const FILE = 'docs/iam.md'

/** The page with its policies as the table has them. Throws when a mark is missing. */
export function withPolicies(page: string): string {
  const text = fill({ file: FILE, text: page }, 'features', featureTable())
  return Object.entries(POLICIES).reduce(
    (done, [name, features]) => fill({ file: FILE, text: done }, `policy ${name}`, policyBlock(features)),
    text,
  )
}

function policyBlock(names: readonly FeatureName[]): string {
  const policy = policyFor(names.map((name) => FEATURES[name]))
  return `\n\`\`\`json\n${JSON.stringify(policy, undefined, 2)}\n\`\`\`\n`
}

function featureTable(): string {
  const rows = Object.values<Feature>(FEATURES).map((feature) => {
    const actions = permissionsOf(feature).map(
      ({ action, on }) => `\`${action}\`${on === 'trust' ? ", in the role's trust policy" : ''}`,
    )
    return `| ${feature.title} | ${feature.inputs.map((name) => `\`${name}\``).join(', ')} | ${actions.join(', ')} |`
  })
  return ['| What | Inputs | Permissions |', '| --- | --- | --- |', ...rows].join('\n')
}

function main(options: readonly string[]): void {
  const problems = differences(callsIn(sourcesIn('src')), FEATURES)
  if (problems.length > 0) fail(`scripts/iam/features.ts:\n${problems.join('\n')}\n`)
  const page = readFileSync(FILE, 'utf8')
  const wanted = withPolicies(page)
  if (wanted === page) return
  if (options.includes('--check')) {
    fail(`${FILE} differs from scripts/iam/features.ts: run \`node scripts/iam-policy.ts\`\n`)
  } else writeFileSync(FILE, wanted)
}

function fail(text: string): void {
  process.stderr.write(text)
  process.exitCode = 1
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main(process.argv.slice(2))
