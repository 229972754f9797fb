import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import rehypeRaw from 'rehype-raw'
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize'
import rehypeStringify from 'rehype-stringify'
import remarkGfm from 'remark-gfm'
import { remarkAlert } from 'remark-github-blockquote-alert'
import remarkParse from 'remark-parse'
import remarkRehype from 'remark-rehype'
import { unified } from 'unified'

/** Markdown as GitHub shows it: GFM with alerts, HTML cleaned by GitHub's rules, then the Mermaid blocks drawn in the page. */

const attributes = defaultSchema.attributes ?? {}
const tagNames = defaultSchema.tagNames ?? []

/** GitHub makes its alerts after it has cleaned; nothing else may have a class. */
const schema = {
  ...defaultSchema,
  tagNames: [...tagNames, 'svg', 'path'],
  attributes: {
    ...attributes,
    div: [...(attributes.div ?? []), ['className', /^markdown-alert(-\w+)?$/]],
    p: [...(attributes.p ?? []), ['className', 'markdown-alert-title']],
    svg: [['className', 'octicon'], 'viewBox', 'width', 'height', 'ariaHidden'],
    path: ['d'],
  },
} as typeof defaultSchema

const processor = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkAlert)
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(rehypeRaw)
  .use(rehypeSanitize, schema)
  .use(rehypeStringify)

export const htmlOf = (markdown: string): string => String(processor.processSync(markdown))

const require = createRequire(import.meta.url)
const asset = (path: string): string => readFileSync(require.resolve(path), 'utf8')

export const MERMAID = require.resolve('mermaid/dist/mermaid.min.js')

const STYLE = `
  body { margin: 0; }
  .markdown-body { box-sizing: border-box; min-height: 100vh; max-width: 1012px; padding: 16px 24px; }
  .diagram { display: flex; justify-content: center; margin-bottom: 16px; }
  .diagram > div { width: 100%; }
`

/** The page in which summaries are shown, still empty. */
export const pageOf = (): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Job summary</title>
<style>${asset('github-markdown-css/github-markdown.css')}${asset('remark-github-blockquote-alert/alert.css')}${STYLE}</style></head>
<body><article class="markdown-body"></article></body></html>`
