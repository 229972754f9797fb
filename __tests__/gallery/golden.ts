import { readdirSync, readFileSync } from 'node:fs'
import type { Report } from '../../src/domain/report.ts'
import { markdown } from '../../src/summary/markdown.ts'

/** What was committed: the summaries, as a run writes them. */
export const GOLDEN = new URL('../golden/gallery/', import.meta.url)

export const goldenFile = (name: string): URL => new URL(`${name}.md`, GOLDEN)

export const goldenOf = (name: string): string => readFileSync(goldenFile(name), 'utf8')

export const goldenNames = (): string[] =>
  readdirSync(GOLDEN)
    .filter((file) => file.endsWith('.md'))
    .map((file) => file.slice(0, -'.md'.length))

/** The summary, as the run itself would write it. */
export const summaryOf = (report: Report): string => markdown(report)
