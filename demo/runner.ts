import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { type Collected, collect } from './collect.ts'
import { endAllWith, TRACKING } from './orphans.ts'
import { RunnerFiles } from './runner-files.ts'

/** Root of the action: where action.yml is. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url))

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>
  readonly runs: { readonly main: string; readonly post: string }
}

export interface RunOptions {
  /** What stands under `with:`; what is not given has the default of action.yml. */
  readonly inputs: Readonly<Record<string, string>>
  /** Endpoint of the load balancer's API. */
  readonly apiUrl: string
  /** Added to the environment of the step. */
  readonly environment?: Readonly<Record<string, string>>
  readonly workspace?: string
  /** The post step of a main that left this state; without it, main. */
  readonly postOf?: RunResult
  readonly onLine?: (line: string) => void
}

export interface RunResult {
  /** 128 and the signal's number when a signal ended it, as the runner has it. */
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  readonly outputs: Readonly<Record<string, string>>
  readonly state: Readonly<Record<string, string>>
  /** Exported to later steps. */
  readonly exported: Readonly<Record<string, string>>
  readonly summary: string
  /** The file of `report-path`. */
  readonly report: unknown
  readonly seconds: number
  /** Processes that it left running; they have been ended. A main that was killed keeps them for its post step. */
  readonly leftBehind: readonly number[]
  /** Marks the processes of this job. */
  readonly trackingId: string
}

const SIGTERM_AFTER_MS = 7_500
const SIGKILL_AFTER_MS = 2_500

export function readActionFile(): ActionFile {
  return parse(readFileSync(`${ROOT}/action.yml`, 'utf8'))
}

/** Throws, saying what to do, when there is nothing to run. */
export function requireBuild(): void {
  const { main } = readActionFile().runs
  if (!existsSync(`${ROOT}/${main}`)) throw new Error(`${main} is missing: run \`npm run build\` first`)
}

/** A run of the built action, as GitHub's runner does it: one process, inputs in its environment, answers in files. */
export class ActionRun {
  readonly startedAt = performance.now()
  readonly ended: Promise<RunResult>
  readonly #child: ChildProcess
  readonly #files = new RunnerFiles()
  readonly #trackingId: string
  #isKilled = false

  /** Starts at once. */
  constructor(options: RunOptions) {
    const action = readActionFile()
    const { main, post } = action.runs
    this.#trackingId = options.postOf?.trackingId ?? `elb-rollout_${randomUUID()}`
    this.#child = spawn(process.execPath, [`${ROOT}/${options.postOf === undefined ? main : post}`], {
      cwd: options.workspace ?? ROOT,
      env: { ...this.#environment(options), ...inputVariables(action, options.inputs) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.ended = this.#end(collect(this.#child, options.onLine))
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** As the runner does when somebody cancels: signals to this one process, harder each time. */
  cancel(): Promise<RunResult> {
    const timers = [
      setTimeout(() => this.#child.kill('SIGTERM'), SIGTERM_AFTER_MS),
      setTimeout(() => this.#child.kill('SIGKILL'), SIGTERM_AFTER_MS + SIGKILL_AFTER_MS),
    ]
    this.#child.kill('SIGINT')
    return this.ended.finally(() => {
      for (const timer of timers) clearTimeout(timer)
    })
  }

  /** As when the machine runs out of memory. */
  kill(): Promise<RunResult> {
    this.#isKilled = true
    this.#child.kill('SIGKILL')
    return this.ended
  }

  #environment({ apiUrl, workspace, environment, postOf }: RunOptions): Record<string, string> {
    const { PATH = '', HOME = '', LANG = 'C.UTF-8' } = process.env
    return {
      ...{ PATH, HOME, LANG, CI: 'true', GITHUB_ACTIONS: 'true', ...GITHUB },
      ...this.#files.environment(),
      GITHUB_WORKSPACE: workspace ?? ROOT,
      [TRACKING]: this.#trackingId,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2: apiUrl,
      ...environment,
      ...stateVariables(postOf?.state ?? {}),
    }
  }

  async #end(collected: Promise<Collected>): Promise<RunResult> {
    try {
      const { exitCode, stdout, stderr } = await collected
      const outputs = this.#files.values('GITHUB_OUTPUT')
      return {
        ...{ exitCode, stdout, stderr, outputs },
        state: this.#files.values('GITHUB_STATE'),
        exported: this.#files.values('GITHUB_ENV'),
        summary: this.#files.text('GITHUB_STEP_SUMMARY'),
        report: reportAt(outputs['report-path']),
        seconds: (performance.now() - this.startedAt) / 1000,
        trackingId: this.#trackingId,
        // As when a job completes, after the post steps: what the step left running ends with it.
        leftBehind: this.#isKilled ? [] : endAllWith(this.#trackingId),
      }
    } finally {
      this.#files.remove()
    }
  }
}

const GITHUB = {
  GITHUB_REPOSITORY: 'octo-org/web',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_API_URL: 'https://api.github.com',
  GITHUB_RUN_ID: '1234567890',
  GITHUB_RUN_NUMBER: '1',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_JOB: 'deploy',
  GITHUB_WORKFLOW: 'Deploy',
  GITHUB_ACTOR: 'octocat',
  GITHUB_EVENT_NAME: 'workflow_dispatch',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_SHA: '5f3a1c09d2b74e86a1f0c3d5e7b9a2468ace0135',
}

const stateVariables = (state: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]))

function reportAt(path: string | undefined): unknown {
  return path ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

/** Names in upper case, with their hyphens, and underscores for spaces. */
function inputVariables(action: ActionFile, given: Readonly<Record<string, string>>): Record<string, string> {
  const defaults = Object.entries(action.inputs).map(([name, input]) => [name, evaluated(input.default)])
  const inputs: Record<string, string> = { ...Object.fromEntries(defaults), ...given }
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value,
    ]),
  )
}

/** Of the expressions that a default may be, only the token: there is none here. */
const evaluated = (preset: string | undefined): string =>
  String(preset ?? '').replace(/^\$\{\{ github\.token \}\}$/, '')
