/* Runs in the page: measures diagrams that Mermaid has drawn. */

/** Of a gantt, as Mermaid has understood it. */
globalThis.tasksIn = async (source) => {
  const { type, db } = await mermaid.mermaidAPI.getDiagramFromText(source)
  return type === 'gantt' ? db.getTasks() : []
}

const boxOf = (element) => {
  const { x, y, width, height } = element.getBoundingClientRect()
  return { x, y: y + scrollY, width, height }
}

const textsIn = (svg) =>
  [...svg.querySelectorAll('text, foreignObject p, foreignObject span:not(:has(*))')]
    .filter((element) => element.textContent.trim() !== '' && element.querySelector('p, span') === null)
    .map((element) => ({
      text: element.textContent.trim(),
      box: boxOf(element),
      size: fontSize(element, svg),
      contrast: contrastOf(element),
    }))

/** In pixels of the screen. */
function fontSize(element, svg) {
  const matrix = element.closest('text, foreignObject').getScreenCTM() ?? svg.getScreenCTM()
  return Number.parseFloat(getComputedStyle(element).fontSize) * Math.hypot(matrix.a, matrix.b)
}

/** Between a text and what is painted under its middle: 1 is none, 21 is black on white. */
function contrastOf(element) {
  element.scrollIntoView({ block: 'center' })
  const { x, y, width, height } = element.getBoundingClientRect()
  const under = document
    .elementsFromPoint(x + width / 2, y + height / 2)
    .reverse()
    .reduce((color, at) => over(color, paintOf(at)), [255, 255, 255])
  const style = getComputedStyle(element)
  const ink = over(under, rgba(element instanceof SVGElement ? style.fill : style.color))
  const [dark, light] = [luminance(ink), luminance(under)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

function paintOf(element) {
  const { fill, fillOpacity, opacity, backgroundColor } = getComputedStyle(element)
  if (!(element instanceof SVGElement)) return rgba(backgroundColor, opacity)
  return element instanceof SVGGeometryElement ? rgba(fill, fillOpacity * opacity) : [0, 0, 0, 0]
}

function rgba(color, opacity = 1) {
  const [red = 0, green = 0, blue = 0, alpha = 1] = (color.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number)
  return [red, green, blue, alpha * opacity]
}

const over = (under, [red, green, blue, alpha]) =>
  [red, green, blue].map((part, index) => part * alpha + under[index] * (1 - alpha))

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(color) {
  const [red, green, blue] = color.map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const wallTime = (date) => {
  const two = (number) => String(number).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`
}

/** Old versions do not say in an id of which diagram it is. */
const withId = (svg, id) => svg.querySelector(`[id="${svg.id}-${id}"], [id="${id}"]`)

/** What Mermaid has understood of each task, and where it has drawn it. */
function barsIn(svg, tasks) {
  return tasks.flatMap(({ id, task, startTime, endTime, milestone = false }) => {
    const bar = withId(svg, id)
    const label = withId(svg, `${id}-text`)
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

/** `drawn`: of each, what it was drawn from. */
globalThis.diagramsIn = (article, drawn) =>
  [...article.querySelectorAll('.diagram')].map((place, index) => {
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
