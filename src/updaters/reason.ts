import { duration } from '../domain/wording.ts'
import type { CommandEnd } from './command.ts'

/** Why a command that came to this end has failed, in one sentence; undefined when it has not. */
export function failureOf(end: CommandEnd, timeoutMs: number): string | undefined {
  if (end.cut) {
    const why = end.cut === 'timeout' ? `no end within ${duration(timeoutMs)}` : 'aborted'
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
