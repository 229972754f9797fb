import { messageOf } from '../domain/errors.ts'
import type { Clock, Gate, Verdict } from '../domain/ports.ts'
import { isPerServer, type SmokeSettings } from '../domain/settings.ts'
import { type Answer, getOnce } from './http-get.ts'
import { fillText, fillUrl, type Subject } from './placeholders.ts'

export interface SmokeOptions {
  readonly clock: Clock
  /** For one answer, all of it; absent: 10 s. */
  readonly timeoutMs?: number
}

/**
 * The smoke test: one GET, judged by its status and its body. Anything but a complete answer is `unknown`, and so is a
 * placeholder whose value is not known.
 */
export function createSmokeGate(settings: SmokeSettings, options: SmokeOptions): Gate {
  const { clock, timeoutMs = 10_000 } = options
  return {
    name: 'smoke test',
    scope: isPerServer(settings) ? 'server' : 'service',
    async check(subject, signal) {
      signal.throwIfAborted()
      try {
        const { url, text } = expectation(settings, subject)
        return judge(await getOnce({ url, timeoutMs, clock, signal }), { settings, text })
      } catch (error) {
        signal.throwIfAborted()
        return { verdict: 'unknown', evidence: `no answer: ${describe(error)}` }
      }
    },
  }
}

function expectation(settings: SmokeSettings, subject: Subject): { url: URL; text: string | undefined } {
  const text = settings.body === undefined ? undefined : fillText(settings.body, subject)
  return { url: fillUrl(settings.url, subject), text }
}

interface Expected {
  readonly settings: SmokeSettings
  readonly text: string | undefined
}

function judge({ status, body }: Answer, { settings, text }: Expected): Verdict {
  if (!settings.status.some(({ from, to }) => from <= status && status <= to)) {
    return { verdict: 'fail', evidence: `status ${status}${quote(body)}` }
  }
  if (text !== undefined && !body.includes(text)) {
    return {
      verdict: 'fail',
      evidence: `status ${status}, but no "${printable(text)}" in the body${quote(body)}`,
    }
  }
  return { verdict: 'pass', evidence: `status ${status}` }
}

function quote(body: string): string {
  const start = printable(body)
  return start === '' ? ', empty body' : `: ${start}`
}

/** The first 200 characters on one line. */
function printable(text: string): string {
  // Also what has no glyph: controls, marks that turn the direction of the text.
  const line = text.slice(0, 1_000).replace(/[\s\p{C}]+/gu, ' ')
  return [...line.trim()].slice(0, 200).join('')
}

/** One error for all addresses of a name has a code and no message. */
function describe(error: unknown): string {
  const text = messageOf(error)
  return text === '' ? String((error as NodeJS.ErrnoException).code ?? error) : text
}
