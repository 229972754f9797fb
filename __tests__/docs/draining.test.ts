import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createDrainLooks } from '../../src/updaters/shell.ts'
import { CONTEXT, never, optionsAt, server } from '../updaters/options.ts'
import { Place } from '../updaters/place.ts'

const [byConnections = '', byCounter = ''] = [
  ...readFileSync('docs/draining.md', 'utf8').matchAll(/```sh\n([\s\S]*?)```/g),
].map(([, script]) => script)

let place: Place
beforeEach(() => {
  place = new Place()
})
afterEach(() => place.leave())

/** A runner on which `ssh` gets to a server that has these programs. */
function isDrained(script: string, programs: Readonly<Record<string, string>>): Promise<boolean> {
  const all = { ssh: 'echo "$1" > "$PLACE/host"; shift; exec bash -c "$*"', ...programs }
  for (const [name, text] of Object.entries(all)) {
    writeFileSync(place.file(name), `#!/bin/bash\n${text}\n`)
    chmodSync(place.file(name), 0o700)
  }
  const options = optionsAt(place, script)
  const processEnv = { ...place.environment, PATH: `${place.directory}:${place.environment.PATH}` }
  const looks = createDrainLooks({ ...options, facts: { ...options.facts, processEnv } })
  return looks.isDrained(server('i-0'), CONTEXT, never)
}

describe('the scripts of docs/draining.md', () => {
  const COUNT = 'test "$*" = "-fsS http://localhost:9000/in-flight" && echo'
  test.each<[string, string, Record<string, string>, boolean]>([
    ['no connection', byConnections, { ss: 'test "$4" = "( sport = :80 )"' }, true],
    ['a connection', byConnections, { ss: 'echo "0 0 10.0.0.1:80 10.0.0.9:4711"' }, false],
    ['no ss', byConnections, { ss: 'exit 127' }, false],
    ['a server that is not there', byConnections, { ssh: 'exit 255' }, false],
    ['no request', byCounter, { curl: `${COUNT} 0` }, true],
    ['a request', byCounter, { curl: `${COUNT} 1` }, false],
    ['no counter', byCounter, { curl: 'exit 7' }, false],
    ['a server that is not there, by its counter', byCounter, { ssh: 'exit 255' }, false],
  ])('with %s', async (_, script, programs, expected) => {
    expect(script).not.toBe('')
    expect(await isDrained(script, programs)).toBe(expected)
    if (!('ssh' in programs)) expect(place.read('host')).toBe('deploy@i-0\n')
  })
})
