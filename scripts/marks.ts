/** A file of documentation that has parts written by a program, each between `<!-- name -->` and `<!-- /name -->`. */
export interface Page {
  /** As a message names it. */
  readonly file: string
  readonly text: string
}

/** The text with another content between the marks of `name`. Throws when a mark is missing. */
export function fill({ file, text }: Page, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const start = text.indexOf(begin)
  const stop = text.indexOf(end, start)
  if (start < 0 || stop < 0) throw new Error(`${file} lacks ${begin} … ${end}`)
  return `${text.slice(0, start)}${begin}\n${content}\n${text.slice(stop)}`
}
