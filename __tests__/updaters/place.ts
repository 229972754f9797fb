import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from '@jest/globals'

/** A folder of its own for one test, and for the commands of the test a mark by which their processes are found. */
export class Place {
  readonly directory = realpathSync(mkdtempSync(join(tmpdir(), 'updaters-test-')))
  readonly temp = mkdtempSync(join(this.directory, 'temp-'))
  readonly environment = { PATH: process.env.PATH, PLACE: this.directory }

  file(name: string): string {
    return join(this.directory, name)
  }

  has(name: string): boolean {
    return existsSync(this.file(name))
  }

  read(name: string): string {
    try {
      return readFileSync(this.file(name), 'utf8')
    } catch {
      return ''
    }
  }

  /** Process ids of all that our commands have started and that still runs. */
  processes(): number[] {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    return pids.filter((pid) => this.#isOurs(pid)).map(Number)
  }

  #isOurs(pid: string): boolean {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`PLACE=${this.directory}`)
    } catch {
      return false
    }
  }

  /** Fails when a process or a script was left behind. */
  leave(): void {
    const processes = this.processes()
    const scripts = readdirSync(this.temp)
    for (const pid of processes) process.kill(pid, 'SIGKILL')
    rmSync(this.directory, { recursive: true })
    expect({ processes, scripts }).toEqual({ processes: [], scripts: [] })
  }
}
