import { accessSync, constants, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import type { Look } from './look.ts'
import { htmlOf, MERMAID, pageOf } from './page.ts'

/** As they are called on Debian, and on GitHub's runners. */
const NAMES = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser']

/** Where Chromium is, if it is here. */
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A content as wide as on GitHub, and how much of it is seen without scrolling. */
export const SCREEN = { width: 1012, height: 800 }

/** Of a picture; more would not fit in a texture. */
const TALLEST = 6_000

const IN_PAGE = ['in-page-diagrams.mjs', 'in-page.mjs'].map((file) =>
  readFileSync(new URL(file, import.meta.url), 'utf8'),
)

/** Far from UTC, and half an hour off: times must read the same wherever the reader is. */
const TIME_ZONE = 'America/St_Johns'

export type Scheme = 'light' | 'dark'

/** One page for all, as it takes long to load what draws diagrams. */
export class Eyes {
  readonly #browser: Browser
  readonly #page: Page
  #trouble: string[] = []

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser
    this.#page = page
  }

  static async open(executablePath: string): Promise<Eyes> {
    const browser = await puppeteer.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
    })
    const page = await browser.newPage()
    const eyes = new Eyes(browser, page)
    await page.emulateTimezone(TIME_ZONE)
    await page.setViewport(SCREEN)
    await page.setContent(pageOf())
    await page.addScriptTag({ path: MERMAID })
    for (const content of IN_PAGE) await page.addScriptTag({ content })
    eyes.#watch()
    return eyes
  }

  close(): Promise<void> {
    return this.#browser.close()
  }

  /** Shows a summary as GitHub would. */
  async see(markdown: string, scheme: Scheme = 'light'): Promise<Look> {
    const theme = scheme === 'dark' ? 'dark' : 'default'
    this.#trouble = []
    await this.#page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
    await this.#page.evaluate(`gallery.show(${JSON.stringify(htmlOf(markdown))}, '${theme}')`)
    const look = (await this.#page.evaluate(`gallery.look(${SCREEN.height})`)) as Omit<Look, 'trouble'>
    return { ...look, trouble: this.#trouble }
  }

  /** What is shown now; `opened`: with all that is folded. */
  async paint(path: string, show: 'folded' | 'opened' = 'folded'): Promise<void> {
    if (show === 'opened') await this.#page.evaluate('gallery.unfold()')
    const height = Math.min((await this.#page.evaluate('gallery.height()')) as number, TALLEST)
    await this.#page.screenshot({
      path: path as `${string}.png`,
      clip: { x: 0, y: 0, width: SCREEN.width, height },
      captureBeyondViewport: true,
    })
  }

  #watch(): void {
    const note = (text: string) => this.#trouble.push(text)
    this.#page.on('pageerror', (error) => note(`script error: ${error}`))
    this.#page.on('request', (request) => note(`asked for ${request.url()}`))
    this.#page.on('console', (message) => {
      if (['error', 'warn'].includes(message.type())) note(`console: ${message.text()}`)
    })
    this.#page.on('dialog', (dialog) => {
      note(`dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
  }
}
