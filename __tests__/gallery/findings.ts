import { printable } from '../../src/domain/printable.ts'
import type { Report, WorkflowFacts } from '../../src/domain/report.ts'
import { diagramFindings } from './diagram-findings.ts'
import type { Look } from './look.ts'

/** What is wrong with what a reader sees, a sentence each; nothing, when all is well. Knows no layout. */
export function findings(look: Look, report: Report): string[] {
  return [
    ...look.trouble,
    ...look.failed,
    ...look.diagrams.flatMap((diagram, index) =>
      diagramFindings(diagram).map((finding) => `diagram ${index + 1}: ${finding}`),
    ),
    ...overflow(look),
    ...strangers(look, report),
    ...firstScreen(look, report),
  ]
}

function overflow({ scrollWidth, clientWidth, stickingOut }: Look): string[] {
  return [
    ...(scrollWidth > clientWidth ? [`the page is ${scrollWidth} wide, the screen ${clientWidth}`] : []),
    ...stickingOut.map((what) => `cut off at the right: ${what}`),
  ]
}

const UNWANTED = ['img', 'image', 'script', 'iframe', 'object', 'embed', 'form', 'input', 'audio', 'video']

/** In text, GitHub looks for these after all that Markdown means by it has been resolved. */
const CALLS: readonly [what: string, pattern: RegExp][] = [
  ['a mention', /(?<![\w`/])@[a-z\d][\w-]*/i],
  ['an e-mail address', /[\w.+-]+@[\w-]+\.\w/],
  ['a formula', /\$[^$]*\$/],
  ['an emoji', /:[\w+-]+:(?!\d)/],
  ['an issue', /(?<!&)#\d+/],
  ['a link', /\bhttps?:\/\/|\bwww\.\w/i],
]

/** What somebody else has brought into the page by the names of things. */
function strangers({ elements, links, plainTexts }: Look, { facts: { workflow } }: Report): string[] {
  const isOwn = (link: string) => workflow !== undefined && leadsToRun(link, workflow)
  return [
    ...elements.filter((name) => UNWANTED.includes(name)).map((name) => `there is an element ${name}`),
    ...links.filter((link) => !isOwn(link)).map((link) => `there is a link to ${link}`),
    ...CALLS.flatMap(([what, pattern]) =>
      plainTexts.flatMap((text) => pattern.exec(text) ?? []).map((text) => `GitHub sees ${what} in ${text}`),
    ),
  ]
}

const LONG_ENOUGH = 60

/** To who runs it, or to something of the repository. */
function leadsToRun(link: string, { runUrl, actor }: WorkflowFacts): boolean {
  const { origin, pathname } = new URL(runUrl)
  return link === `${origin}/${actor}` || link.startsWith(`${origin}${pathname.split('/', 3).join('/')}/`)
}

/** From the first screen a reader can tell what has happened, why, and what to do. */
function firstScreen(look: Look, { conclusion }: Report): string[] {
  const seen = singleSpaced(look.firstScreen)
  const expected: [what: string, isThere: boolean][] =
    conclusion === undefined
      ? [['that it is under way', /under way|rolling out/i.test(seen)]]
      : [
          ['the outcome', seen.toLowerCase().includes(conclusion.outcome.replace('-', ' '))],
          ['the reason', clausesOf(conclusion.reason).every((clause) => seen.toLowerCase().includes(clause))],
          ['the next step', conclusion.outcome === 'succeeded' || /\bNext\b.{20}/.test(seen)],
        ]
  return expected.filter(([, isThere]) => !isThere).map(([what]) => `the first screen does not show ${what}`)
}

const singleSpaced = (text: string): string => text.replace(/\s+/g, ' ')

/** How its parts begin, as they are shown; the rest of a long one may be cut off. */
const clausesOf = (reason: string): string[] =>
  singleSpaced(printable(reason))
    .split('; ')
    .map((clause) => clause.slice(0, LONG_ENOUGH).trim().toLowerCase())
