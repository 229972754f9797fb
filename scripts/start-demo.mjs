// Starts the demo on a fresh clone, with Node 20 or newer: installs what is missing, then goes on with Node 24.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const installed = `${root}node_modules/.package-lock.json`
const ownNode = `${root}node_modules/.bin/node`

const changedAt = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0)

function install() {
  console.log('Installing what is missing: npm ci')
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root, stdio: 'inherit' })
  if (status !== 0) throw new Error('npm ci failed, so there is nothing to run the demo with')
}

/** Node that runs TypeScript: the one that was installed with the packages, else the one we are in. */
function nodeForTypeScript() {
  if (existsSync(ownNode)) return ownNode
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath
  throw new Error(`On this platform the demo needs Node 22.18 or newer; this is ${process.versions.node}`)
}

function run(node) {
  const demo = spawn(node, [`${root}demo/main.ts`, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
  // The terminal sends Ctrl-C to the demo too; we only have to outlive it.
  process.on('SIGINT', () => process.stdin.isTTY || demo.kill('SIGINT'))
  process.on('SIGTERM', () => demo.kill('SIGTERM'))
  demo.on('exit', (code) => {
    process.exitCode = code ?? 1
  })
}

try {
  if (changedAt(installed) < changedAt(`${root}package-lock.json`)) install()
  run(nodeForTypeScript())
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
