/* Runs in the page, after `in-page-diagrams.mjs`: shows summaries as GitHub does, and measures what can be seen. */

const article = () => document.querySelector('article')
/** Diagrams that could not be drawn. */
let failed = []
/** Of each diagram what it was drawn from. */
let drawn = []
let folded = []

/** Shows a summary, whose HTML is clean, in place of the one before; all that can be unfolded is. */
async function show(html, theme) {
  mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme })
  failed = []
  drawn = []
  article().innerHTML = html
  folded = [...article().querySelectorAll('details:not([open])')]
  unfold()
  await draw()
}

const unfold = () => {
  for (const details of folded) details.open = true
}

/** As a reader finds it. */
function fold() {
  for (const details of folded) details.open = false
  scrollTo(0, 0)
}

/** Where the block stood, there is the diagram; a block that cannot be drawn stays, as GitHub leaves it. */
async function draw() {
  const blocks = [...article().querySelectorAll('pre > code.language-mermaid')]
  for (const [index, block] of blocks.entries()) {
    const source = block.textContent
    drawn.push({ source, tasks: [] })
    const place = document.createElement('div')
    place.className = 'diagram'
    place.append(document.createElement('div'))
    block.parentElement.after(place)
    try {
      const { svg } = await mermaid.render(`diagram-${index}`, source, place.firstChild)
      place.firstChild.innerHTML = svg
      block.parentElement.remove()
      drawn[index].tasks = await tasksIn(source)
    } catch (error) {
      failed.push(`diagram ${index + 1}: ${error.message ?? error}`)
    }
  }
}

const BLOCKS = 'p, li, h1, h2, h3, h4, h5, h6, td, th, pre, summary, div, blockquote'

/** The text that a reader sees of the page down to a height, if any. */
function visibleText(until = Number.POSITIVE_INFINITY) {
  const walker = document.createTreeWalker(article(), NodeFilter.SHOW_TEXT)
  const texts = []
  let block = null
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node.parentElement.closest('svg, style') !== null) continue
    const isNext = block !== node.parentElement.closest(BLOCKS)
    block = node.parentElement.closest(BLOCKS)
    if (isNext) texts.push('\n')
    const range = document.createRange()
    range.selectNodeContents(node)
    const boxes = [...range.getClientRects()].filter(({ width, height }) => width > 0 && height > 0)
    if (boxes.length > 0 && boxes.every(({ bottom }) => bottom + scrollY <= until)) texts.push(node.data)
  }
  return texts.join('')
}

/** Text that GitHub may make something of: not in code, nor in a link. */
function plainTexts() {
  const walker = document.createTreeWalker(article(), NodeFilter.SHOW_TEXT)
  const texts = []
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node.parentElement.closest('svg, code, pre, a') === null) texts.push(node.data)
  }
  return texts
}

/** What sticks out to the right, and is not in something that scrolls. */
function stickingOut() {
  const { clientWidth } = document.documentElement
  return [...article().querySelectorAll('*')]
    .filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
    .filter((element) => !hasScrollingParent(element))
    .map((element) => `${element.tagName.toLowerCase()}: ${element.textContent.slice(0, 60)}`)
}

function hasScrollingParent(element) {
  for (let at = element; at !== null && at !== article(); at = at.parentElement)
    if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(at).overflowX)) {
      const { right } = at.getBoundingClientRect()
      return right <= document.documentElement.clientWidth + 1
    }
  return false
}

/** `firstScreen`: how high it is. */
function look(firstScreen) {
  const { scrollWidth, clientWidth } = document.documentElement
  const whole = {
    ...{ failed, scrollWidth, clientWidth, stickingOut: stickingOut(), plainTexts: plainTexts() },
    text: article().textContent,
    links: [...article().querySelectorAll('a')].map((link) => link.getAttribute('href') ?? ''),
    elements: [...new Set([...article().querySelectorAll('*')].map(({ localName }) => localName))],
    diagrams: diagramsIn(article(), drawn),
  }
  fold()
  return { ...whole, hasFolded: folded.length > 0, firstScreen: visibleText(firstScreen) }
}

const height = () => Math.ceil(article().getBoundingClientRect().height)

globalThis.gallery = { show, look, unfold, height }
