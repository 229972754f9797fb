/** By what stands in a report: what is to stand there instead. */
export type Names = Readonly<Record<string, string>>

/** Words of our own, which are the same whatever things are called. */
const OWN = ['strategy', 'mode', 'kind', 'outcome', 'direction']

/** The same report, about things with other names: also such as nobody would be allowed to give. */
export function disguise<T>(names: Names, told: T): T {
  const known = Object.keys(names).map((name) => `\\b${name.replaceAll('.', '\\.')}\\b`)
  const pattern = new RegExp(known.join('|'), 'g')
  const change = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(pattern, (name) => names[name] ?? name)
    if (Array.isArray(value)) return value.map(change)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [key, OWN.includes(key) ? part : change(part)]),
    )
  }
  return change(told) as T
}
