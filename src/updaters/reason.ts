import type { CommandEnd } from './command.ts'

/** Why a command that came to this end has failed, in one sentence; undefined when it has not. */
export function failureOf(end: CommandEnd, timeoutMs: number): string | undefined {
  if (end.cut) {
    const why = end.cut === 'timeout' ? `no end within ${showDuration(timeoutMs)}` : 'aborted'
    return end.ended ? `${why}, ended by ${end.signalled}` : `${why}, and not even SIGKILL could end it`
  }
  const exit = showExit(end)
  if (!end.ended) return `${exit}, but what it left running could not be ended`
  return exit === 'exit code 0' ? undefined : exit
}

function showExit({ exit }: CommandEnd): string {
  if (exit === undefined) return 'no exit'
  return 'code' in exit ? `exit code ${exit.code}` : `ended by ${exit.signal}`
}

const UNITS = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const

/** As people write it: `10m`, `90s`. */
function showDuration(ms: number): string {
  const unit = UNITS.find(([, size]) => ms >= size && ms % size === 0)
  return unit ? `${ms / unit[1]}${unit[0]}` : `${ms}ms`
}
