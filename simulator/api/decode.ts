/** A request's parameters as they nest: text, lists, structures. */
export type Decoded = string | Decoded[] | { [name: string]: Decoded }

interface Branch {
  value?: string
  readonly below: Map<string, Branch>
}

/**
 * Reads the parameters of the Query protocol: `Name.member.1.Key` is a list, `Name.entry.1.key` and `.value` a map,
 * every other dot a structure.
 */
export function decodeParameters(parameters: URLSearchParams): Record<string, Decoded> {
  const root: Branch = { below: new Map() }
  for (const [path, value] of parameters) {
    let branch = root
    for (const name of path.split('.')) {
      const next: Branch = branch.below.get(name) ?? { below: new Map() }
      branch.below.set(name, next)
      branch = next
    }
    branch.value = value
  }
  return structureOf(root)
}

function decoded(branch: Branch): Decoded {
  if (branch.below.size === 0) return branch.value ?? ''
  const members = branch.below.get('member')
  if (members) return inOrder(members).map(decoded)
  const entries = branch.below.get('entry')
  return entries ? Object.fromEntries(inOrder(entries).map(keyAndValue)) : structureOf(branch)
}

function structureOf(branch: Branch): Record<string, Decoded> {
  return Object.fromEntries(Array.from(branch.below, ([name, below]) => [name, decoded(below)]))
}

function inOrder(numbered: Branch): Branch[] {
  return [...numbered.below].sort(([a], [b]) => Number(a) - Number(b)).map(([, branch]) => branch)
}

function keyAndValue(entry: Branch): [string, Decoded] {
  const part = (name: string): Decoded => {
    const branch = entry.below.get(name)
    return branch ? decoded(branch) : ''
  }
  return [String(part('key')), part('value')]
}
