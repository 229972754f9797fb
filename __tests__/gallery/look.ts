/** In pixels of the page. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** What a browser shows of a summary, all that is folded being open; measured by `in-page.mjs`. */
export interface Look {
  /** Errors of scripts and of the console, dialogs, requests: there must be none. */
  readonly trouble: readonly string[]
  /** Diagrams that could not be drawn. */
  readonly failed: readonly string[]
  readonly scrollWidth: number
  readonly clientWidth: number
  /** Elements that the page cuts off at its right edge. */
  readonly stickingOut: readonly string[]
  readonly hasFolded: boolean
  /** Text that is seen without scrolling or unfolding. */
  readonly firstScreen: string
  /** Texts in which GitHub looks for mentions, issues, emoji and formulas. */
  readonly plainTexts: readonly string[]
  readonly text: string
  /** Where the links lead. */
  readonly links: readonly string[]
  /** Names of the elements. */
  readonly elements: readonly string[]
  readonly diagrams: readonly Diagram[]
}

export interface Diagram {
  /** As Mermaid calls it: `gantt`, `flowchart-v2`; `error` or `none` when it could not be drawn. */
  readonly kind: string
  readonly source: string
  readonly isError: boolean
  readonly box: Box
  readonly texts: readonly DiagramText[]
  readonly axis: readonly { readonly text: string; readonly box: Box }[]
  readonly bars: readonly Bar[]
  readonly nodes: readonly { readonly text: string; readonly box: Box; readonly label: Box }[]
}

/** A task of a gantt, as Mermaid has understood it. */
export interface Bar {
  readonly name: string
  readonly isMilestone: boolean
  /** Wall time, `2026-11-23 00:01:40`. */
  readonly start: string
  readonly seconds: number
  readonly box: Box
  readonly label?: { readonly text: string; readonly box: Box }
}

export interface DiagramText {
  readonly text: string
  readonly box: Box
  /** Of its letters, in pixels of the screen. */
  readonly size: number
  /** To what lies under it: 1 is none, 21 is black on white. */
  readonly contrast: number
}
