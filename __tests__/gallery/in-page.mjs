/* Runs in the page: draws its diagrams as GitHub does, and measures what can be seen. */

const article = () => document.querySelector('article')
let failed = []
let drawn = []

mermaid.initialize({ startOnLoad: false, securityLevel: 'strict' })

/** Shows a summary, whose HTML is clean, in place of the one before. */
async function show(html) {
  failed = []
  drawn = []
  article().innerHTML = html
  scrollTo(0, 0)
  await draw()
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

/** Of a gantt, as Mermaid has understood it. */
async function tasksIn(source) {
  const { type, db } = await mermaid.mermaidAPI.getDiagramFromText(source)
  return type === 'gantt' ? db.getTasks() : []
}

const boxOf = (element) => {
  const { x, y, width, height } = element.getBoundingClientRect()
  return { x, y: y + scrollY, width, height }
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

const textsIn = (svg) =>
  [...svg.querySelectorAll('text, foreignObject p, foreignObject span:not(:has(*))')]
    .filter((element) => element.textContent.trim() !== '' && element.querySelector('p, span') === null)
    .map((element) => ({
      text: element.textContent.trim(),
      box: boxOf(element),
      size: fontSize(element, svg),
    }))

/** In pixels of the screen. */
function fontSize(element, svg) {
  const matrix = element.closest('text, foreignObject').getScreenCTM() ?? svg.getScreenCTM()
  return Number.parseFloat(getComputedStyle(element).fontSize) * Math.hypot(matrix.a, matrix.b)
}

const wallTime = (date) => {
  const two = (number) => String(number).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`
}

/** What Mermaid has understood of each task, and where it has drawn it. */
function barsIn(svg, tasks) {
  return tasks.flatMap(({ id, task, startTime, endTime, milestone = false }) => {
    const bar = document.getElementById(`${svg.id}-${id}`)
    const label = document.getElementById(`${svg.id}-${id}-text`)
    if (bar === null) return []
    return {
      name: task.trim(),
      isMilestone: milestone,
      start: wallTime(startTime),
      seconds: (endTime - startTime) / 1000,
      box: boxOf(bar),
      ...(label === null ? {} : { label: { text: label.textContent.trim(), box: boxOf(label) } }),
    }
  })
}

function nodesIn(svg) {
  return [...svg.querySelectorAll('g.node')].map((node) => {
    const label = node.querySelector('.nodeLabel, .label')
    const shape = node.querySelector('rect, polygon, circle, ellipse, path')
    return { text: label?.textContent.trim() ?? '', box: boxOf(shape ?? node), label: boxOf(label ?? node) }
  })
}

function diagrams() {
  return [...article().querySelectorAll('.diagram')].map((place, index) => {
    const svg = place.querySelector('svg')
    const { source, tasks } = drawn[index]
    if (svg === null)
      return { kind: 'none', source, box: boxOf(place), texts: [], bars: [], nodes: [], isError: true }
    const kind = svg.getAttribute('aria-roledescription') ?? ''
    return {
      kind,
      source,
      box: boxOf(svg),
      isError: kind === 'error' || svg.querySelector('.error-text, .error-icon') !== null,
      texts: textsIn(svg),
      axis: [...svg.querySelectorAll('.grid .tick')].map((tick) => ({
        text: tick.textContent,
        box: boxOf(tick),
      })),
      bars: kind === 'gantt' ? barsIn(svg, tasks) : [],
      nodes: nodesIn(svg),
    }
  })
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

const look = (firstScreen) => ({
  failed,
  scrollWidth: document.documentElement.scrollWidth,
  clientWidth: document.documentElement.clientWidth,
  height: document.documentElement.scrollHeight,
  stickingOut: stickingOut(),
  firstScreen: visibleText(firstScreen),
  plainTexts: plainTexts(),
  text: article().textContent,
  links: [...article().querySelectorAll('a')].map((link) => link.getAttribute('href') ?? ''),
  elements: [...new Set([...article().querySelectorAll('*')].map(({ localName }) => localName))],
  diagrams: diagrams(),
})

globalThis.gallery = { show, look }
