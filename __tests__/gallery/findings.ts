import { printable } from '../../src/domain/printable.ts'
import type { Report } from '../../src/domain/report.ts'
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
function strangers({ elements, links, plainTexts }: Look, { facts }: Report): string[] {
  const own =
    facts.workflow === undefined ? '' : new URL(facts.workflow.runUrl).pathname.split('/', 3).join('/')
  const isOwn = (link: string) => own !== '' && link.startsWith(`https://github.com${own}/`)
  return [
    ...elements.filter((name) => UNWANTED.includes(name)).map((name) => `there is an element ${name}`),
    ...links.filter((link) => !isOwn(link)).map((link) => `there is a link to ${link}`),
    ...CALLS.flatMap(([what, pattern]) =>
      plainTexts.flatMap((text) => pattern.exec(text) ?? []).map((text) => `GitHub sees ${what} in ${text}`),
    ),
  ]
}

const LONG_ENOUGH = 120

/** From the first screen a reader can tell what has happened, why, and what to do. */
function firstScreen(look: Look, { conclusion }: Report): string[] {
  const seen = singleSpaced(look.firstScreen)
  const expected: [what: string, isThere: boolean][] =
    conclusion === undefined
      ? [['that it is under way', /under way|rolling out/i.test(seen)]]
      : [
          ['the outcome', seen.toLowerCase().includes(conclusion.outcome.replace('-', ' '))],
          ['the reason', seen.includes(startOf(conclusion.reason))],
          ['the next step', conclusion.outcome === 'succeeded' || /\bNext\b.{20}/.test(seen)],
        ]
  return expected.filter(([, isThere]) => !isThere).map(([what]) => `the first screen does not show ${what}`)
}

const singleSpaced = (text: string): string => text.replace(/\s+/g, ' ')

/** As it is shown; the rest of a long one may be cut off. */
export const startOf = (text: string): string => singleSpaced(printable(text)).slice(0, LONG_ENOUGH).trim()
