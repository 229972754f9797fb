import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket, type Server as TcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Server } from '../../src/domain/fleet.ts'
import { drainScriptFor } from '../../src/updaters/ssm-drain-script.ts'
import { until } from './real-clock.ts'
import { idOf, instance } from './ssm-setting.ts'

/** A machine of its own: its programs, its servers, the connections to them. */
class Machine {
  readonly folder = mkdtempSync(join(tmpdir(), 'drain-script-'))
  readonly #closed = new AbortController()
  readonly #servers: TcpServer[] = []
  readonly #sockets: Socket[] = []
  readonly #processes: ChildProcess[] = []

  constructor() {
    for (const name of ['cat', 'grep', 'tr']) symlinkSync(`/usr/bin/${name}`, this.#bin(name))
    // Its pauses are counted, and short.
    this.#program('sleep', `echo "$1" >> "${this.folder}/pauses"; exec /usr/bin/sleep 0.02`)
  }

  withSs(): this {
    symlinkSync('/usr/bin/ss', this.#bin('ss'))
    return this
  }

  /** As one that is too old for the options. */
  withBrokenSs(): this {
    this.#program('ss', 'echo "invalid option" >&2; exit 255')
    return this
  }

  /** From here on each pause lasts until `goOn`. */
  holdPauses(): void {
    const held = `until [ -e "${this.folder}/go-$(/usr/bin/wc -l < "${this.folder}/pauses")" ]; do /usr/bin/sleep 0.01; done`
    this.#program('sleep', `echo "$1" >> "${this.folder}/pauses"\n${held}`)
  }

  goOn(pause: number): void {
    writeFileSync(join(this.folder, `go-${pause}`), '')
  }

  /** Resolves when it makes the pause, counted from 1. */
  pause(count: number): Promise<void> {
    return until(() => this.pauses.length >= count, this.#closed.signal)
  }

  get pauses(): string[] {
    try {
      return readFileSync(join(this.folder, 'pauses'), 'utf8').trim().split('\n')
    } catch {
      return []
    }
  }

  async listen(host = '127.0.0.1'): Promise<number> {
    const server = createServer((socket) => this.#sockets.push(socket))
    this.#servers.push(server)
    server.listen(0, host)
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }

  async connect(port: number, host = '127.0.0.1'): Promise<Socket> {
    const socket = connect(port, host)
    this.#sockets.push(socket)
    await once(socket, 'connect')
    return socket
  }

  /** A process with this name and these words. */
  async pretend(name: string, ...words: string[]): Promise<void> {
    const file = this.#program(name, 'echo up; read -r _')
    const child = spawn(file, words, { stdio: ['pipe', 'pipe', 'ignore'] })
    this.#processes.push(child)
    await once(child.stdout, 'data')
  }

  /** As the agent does: `sh -c` of a file with the commands, a line each. */
  async run(
    servers: readonly Server[],
    { seconds = 60, id, shell = 'sh' }: { seconds?: number; id?: string; shell?: string } = {},
  ): Promise<{ code: number; output: string }> {
    const file = join(this.folder, '_script.sh')
    writeFileSync(file, `${drainScriptFor(servers, seconds).join('\n')}\n`)
    chmodSync(file, 0o700)
    const words = shell === 'sh' ? ['-c', file, ''] : [file]
    const env = { PATH: join(this.folder), ...(id === undefined ? {} : { AWS_SSM_INSTANCE_ID: id }) }
    const child = spawn(`/usr/bin/${shell}`, words, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#processes.push(child)
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    const [code] = await once(child, 'close')
    return { code, output: output.trim() }
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error('the test is over'))
    for (const socket of this.#sockets) socket.destroy()
    for (const server of this.#servers) server.close()
    for (const child of this.#processes) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    rmSync(this.folder, { recursive: true })
  }

  #bin(name: string): string {
    return join(this.folder, name)
  }

  #program(name: string, text: string): string {
    const file = this.#bin(name)
    writeFileSync(file, `#!/usr/bin/bash\n${text}\n`)
    chmodSync(file, 0o700)
    return file
  }
}

let machine: Machine
beforeEach(() => {
  machine = new Machine()
})
afterEach(() => machine.close())

const LOOKS: [string, (given: Machine) => Machine][] = [
  ['ss', (given) => given.withSs()],
  ['the tables of the kernel', (given) => given],
  ['the tables, where ss is too old', (given) => given.withBrokenSs()],
]
const A = idOf(0)
const on = (...ports: number[]): Server => ({
  id: A,
  registrations: ports.map((port) => ({ groupArn: 'arn:web', target: { id: A, port } })),
})

describe.each(LOOKS)('by %s', (_, prepare) => {
  beforeEach(() => void prepare(machine))

  test('a server without connections has drained after two looks', async () => {
    const port = await machine.listen()
    expect(await machine.run([on(port)])).toEqual({ code: 0, output: '' })
    expect(machine.pauses).toEqual(['2'])
  })

  test.each(['127.0.0.1', '::'])('one with a connection has when that is closed: %s', async (host) => {
    const port = await machine.listen(host)
    const socket = await machine.connect(port)
    const ended = machine.run([on(port)])
    await machine.pause(4)
    socket.destroy()
    expect(await ended).toEqual({ code: 0, output: '' })
  })

  test('a connection that comes between two looks starts the count again', async () => {
    machine.holdPauses()
    const port = await machine.listen()
    const ended = machine.run([on(port)])
    await machine.pause(1)
    const socket = await machine.connect(port)
    machine.goOn(1)
    await machine.pause(2)
    socket.destroy()
    for (const pause of [2, 3]) {
      await machine.pause(pause)
      machine.goOn(pause)
    }
    expect((await ended).code).toBe(0)
    expect(machine.pauses).toHaveLength(3)
  })

  test('a connection on any of its ports counts, and one on another does not', async () => {
    const [first, second, other] = [await machine.listen(), await machine.listen(), await machine.listen()]
    await machine.connect(other)
    expect((await machine.run([on(first, second)])).code).toBe(0)
    await machine.connect(second)
    const { code, output } = await machine.run([on(first, second)], { seconds: 0 })
    expect([code, output]).toEqual([
      1,
      `connections were left on port ${[first, second].sort((a, b) => a - b).join(' ')} to the end`,
    ])
  })

  test('where nothing listens it cannot tell', async () => {
    expect(await machine.run([on(1)])).toEqual({
      code: 3,
      output: 'nothing listens on port 1, as with some containers: their connections cannot be seen',
    })
  })

  test('where a port is handed on to a container it cannot tell, and of other ports it can', async () => {
    const port = await machine.listen()
    const words = ['-proto', 'tcp', '-host-ip', '0.0.0.0', '-host-port', `${port}`, '-container-port', '80']
    await machine.pretend('docker-proxy', ...words)
    expect(await machine.run([on(port)])).toEqual({
      code: 3,
      output: `port ${port} is handed on to a container, whose connections cannot be seen`,
    })
    expect((await machine.run([on(await machine.listen())])).code).toBe(0)
  })
})

test.each(['dash', 'bash'])('it is for every shell: %s', async (shell) => {
  const [free, busy] = [await machine.listen(), await machine.listen()]
  await machine.connect(busy)
  expect((await machine.run([on(free)], { shell })).code).toBe(0)
  expect((await machine.run([on(busy)], { shell, seconds: 0 })).code).toBe(1)
})

test('each server looks at its own ports, by the id that the agent gives', async () => {
  const [free, busy] = [await machine.listen(), await machine.listen()]
  await machine.connect(busy)
  const two = [instance(A, free), instance(idOf(1), busy)]
  expect((await machine.run(two, { id: A, seconds: 60 })).code).toBe(0)
  expect((await machine.run(two, { id: idOf(1), seconds: 0 })).code).toBe(1)
})

test('one that does not know its ports cannot tell', async () => {
  const two = [instance(A, await machine.listen()), instance(idOf(1), await machine.listen())]
  expect(await machine.run(two)).toMatchObject({ code: 3, output: expect.stringContaining('its ports') })
})

test('it is small enough for a command, also for 50 servers that all differ', () => {
  const servers = Array.from({ length: 50 }, (_, index) => instance(idOf(index), 8_000 + index))
  expect(JSON.stringify(drainScriptFor(servers, 280)).length).toBeLessThan(16_000)
})
