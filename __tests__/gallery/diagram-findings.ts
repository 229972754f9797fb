import { type Task, tasksOf } from './gantt-source.ts'
import type { Bar, Box, Diagram } from './look.ts'

/** What is wrong with a diagram as it has been drawn: geometry and text, as one that parses can still be drawn wrong. */
export function diagramFindings(diagram: Diagram): string[] {
  if (diagram.isError) return ['it shows an error']
  const readable = [...smallTexts(diagram), ...paleTexts(diagram), ...overlaps(diagram), ...outside(diagram)]
  if (diagram.kind === 'gantt') return [...readable, ...ganttFindings(diagram)]
  if (diagram.kind.startsWith('flowchart')) return [...readable, ...flowchartFindings(diagram)]
  return [`nobody has said what a ${diagram.kind} must look like`]
}

/** In pixels; a smaller one cannot be read. */
const SMALLEST_TEXT = 9
const TOLERANCE = 2

const smallTexts = ({ texts }: Diagram): string[] =>
  texts
    .filter(({ size }) => size < SMALLEST_TEXT)
    .map(({ text, size }) => `"${text}" is only ${size.toFixed(1)} px high`)

/** Mermaid's own colors have a little more. */
const LEAST_CONTRAST = 2.5

const paleTexts = ({ texts }: Diagram): string[] =>
  texts
    .filter(({ contrast }) => contrast < LEAST_CONTRAST)
    .map(
      ({ text, contrast }) =>
        `"${text}" can hardly be told from what is under it (${contrast.toFixed(1)} : 1)`,
    )

const outside = ({ texts, box }: Diagram): string[] =>
  texts.filter((text) => !isWithin(text.box, box)).map(({ text }) => `"${text}" is outside of the picture`)

function overlaps({ texts }: Diagram): string[] {
  return texts.flatMap((one, index) =>
    texts
      .slice(index + 1)
      .filter((other) => overlap(one.box, other.box))
      .map((other) => `"${one.text}" lies over "${other.text}"`),
  )
}

function ganttFindings(diagram: Diagram): string[] {
  try {
    return taskFindings(diagram, tasksOf(diagram.source))
  } catch (error) {
    return [`${error}`]
  }
}

function taskFindings({ bars, axis, box }: Diagram, tasks: readonly Task[]): string[] {
  if (tasks.length !== bars.length) return [`it has ${bars.length} bars for ${tasks.length} tasks`]
  const understood = tasks.flatMap(({ name, start, seconds }) => {
    const bar = bars.find((one) => one.name === name && one.start === start)
    if (bar === undefined) return [`no bar of "${name}" begins at ${start}`]
    return bar.seconds === seconds ? [] : [`"${name}" takes ${bar.seconds} s instead of ${seconds}`]
  })
  return [
    ...understood,
    ...bars.flatMap((bar) => barFindings(bar, box)),
    ...scaleFindings(bars.filter(({ isMilestone }) => !isMilestone)),
    ...(axis.length < 2 ? ['its axis has no times'] : []),
    ...axis
      .filter(({ text }, index) => text === axis[index - 1]?.text)
      .map(({ text }) => `its axis shows ${text} twice`),
  ]
}

function barFindings({ name, box, label }: Bar, picture: Box): string[] {
  if (box.width <= 0 || box.height <= 0) return [`the bar of "${name}" cannot be seen`]
  return [
    ...(isWithin(box, picture) ? [] : [`the bar of "${name}" is outside of the picture`]),
    ...(label?.text.trim() === name ? [] : [`the bar of "${name}" has no name`]),
  ]
}

/** Every bar begins and ends where its times say, by the scale of all of them. */
function scaleFindings(bars: readonly Bar[]): string[] {
  const spans = bars.map((bar) => {
    const from = Date.parse(`${bar.start.replace(' ', 'T')}Z`) / 1000
    return { bar, from, to: from + bar.seconds, left: bar.box.x, right: bar.box.x + bar.box.width }
  })
  const least = (of: (span: (typeof spans)[number]) => number) => Math.min(...spans.map(of))
  const most = (of: (span: (typeof spans)[number]) => number) => Math.max(...spans.map(of))
  const [start, x] = [least(({ from }) => from), least(({ left }) => left)]
  const scale = (most(({ right }) => right) - x) / (most(({ to }) => to) - start)
  const isAt = (at: number, seconds: number) => Math.abs(at - x - (seconds - start) * scale) <= TOLERANCE
  return spans.flatMap(({ bar, from, to, left, right }) => [
    ...(isAt(left, from) ? [] : [`the bar of "${bar.name}" begins at the wrong place`]),
    ...(isAt(right, to) ? [] : [`the bar of "${bar.name}" ends at the wrong place`]),
  ])
}

function flowchartFindings({ nodes, box }: Diagram): string[] {
  return [
    ...(nodes.length === 0 ? ['it has no nodes'] : []),
    ...nodes.filter(({ text }) => text === '').map(() => 'it has a node without a text'),
    ...nodes
      .filter((node) => !isWithin(node.box, box))
      .map(({ text }) => `"${text}" is outside of the picture`),
    ...nodes
      .filter((node) => !isWithin(node.label, node.box))
      .map(({ text }) => `"${text}" sticks out of its node`),
    ...nodes.flatMap((one, index) =>
      nodes
        .slice(index + 1)
        .filter((other) => overlap(one.box, other.box))
        .map((other) => `the node "${one.text}" lies over "${other.text}"`),
    ),
  ]
}

const isWithin = (inner: Box, outer: Box): boolean =>
  inner.x >= outer.x - TOLERANCE &&
  inner.y >= outer.y - TOLERANCE &&
  inner.x + inner.width <= outer.x + outer.width + TOLERANCE &&
  inner.y + inner.height <= outer.y + outer.height + TOLERANCE

const overlap = (a: Box, b: Box): boolean =>
  Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > TOLERANCE &&
  Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > TOLERANCE
