import { batchNumbers, chapterTitle } from '../domain/outlook-words.ts'
import type { PlannedPhase } from '../domain/report.ts'
import type { PlanReport } from '../domain/report-plan.ts'
import { inert } from './text.ts'

/** More of them are counted. */
const MOST_CHAPTERS = 12

/** What is done, step by step; phases that do the same are told once. */
export function stepList(planned: readonly PlannedPhase[], { chapters }: PlanReport): string {
  const numbers = batchNumbers(planned.map(({ kind }) => kind))
  const shown = chapters.slice(0, MOST_CHAPTERS).map((chapter) => {
    const title = chapterTitle(chapter, numbers[chapter.from] ?? 0)
    const each = chapter.phases > 1 ? ', each' : ''
    const steps = chapter.steps.map((step, index) => `${index + 1}. ${inert(step)}`)
    return [`**${title}**${each}:`, '', ...steps].join('\n')
  })
  const more = chapters.length - MOST_CHAPTERS
  return [...shown, ...(more > 0 ? [`… and ${more} more like these.`] : [])].join('\n\n')
}
