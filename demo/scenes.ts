import type { StageOptions } from './stage.ts'

/** A story that the demo can tell. */
export interface Scene {
  readonly title: string
  readonly stage: StageOptions
  readonly inputs: Readonly<Record<string, string>>
  /** Asks each server by itself, as `smoke-url` says. */
  readonly smokeTest?: 'each server'
  readonly expected: Expected
}

/** How it has to end. */
export interface Expected {
  readonly outcome: string
  /** On all servers of each group. */
  readonly versions: Readonly<Record<string, string>>
  /** The group that has all of the traffic. */
  readonly carries: string
  /** The version that loses requests while it has at most this part of the traffic, in percent; else none is lost. */
  readonly loses?: { readonly version: string; readonly percent: number }
}

/** Real time, with the shortest health check interval that AWS has. */
const FLEET = { servers: 4, version: '1.0.1', speed: 1, delaySeconds: 5, intervalSeconds: 5 } as const
const INPUTS = { 'previous-version': '1.0.1', 'batch-size': '50%', 'healthy-for': '3s' }

/** Green still has the version before that. */
const PAIR = { ...FLEET, green: { version: '1.0.0' } } as const
const SHIFT = {
  'previous-version': '1.0.1',
  'healthy-for': '3s',
  'settle-time': '3s',
  'bake-time': '3s',
}

export const SCENES = {
  rollout: {
    title: 'four servers from 1.0.1 to 1.0.2, in place, half of them at a time',
    stage: FLEET,
    inputs: { ...INPUTS, version: '1.0.2' },
    expected: { outcome: 'succeeded', versions: { web: '1.0.2' }, carries: 'web' },
  },
  'bad-version': {
    title: 'four servers from 1.0.1 to 1.0.3, which does not come up on the second half',
    stage: {
      ...FLEET,
      badVersions: [{ version: '1.0.3', fault: 'update-fails', servers: ['i-0eb00003', 'i-0eb00004'] }],
    },
    inputs: { ...INPUTS, version: '1.0.3' },
    expected: { outcome: 'rolled-back', versions: { web: '1.0.1' }, carries: 'web' },
  },
  'run-command': {
    title: 'four servers from 1.0.1 to 1.0.2, by Run Command of Systems Manager, half of them at a time',
    stage: { ...FLEET, agents: {} },
    inputs: { ...INPUTS, version: '1.0.2' },
    expected: { outcome: 'succeeded', versions: { web: '1.0.2' }, carries: 'web' },
  },
  'blue-green': {
    title: 'from blue with 1.0.1 to green with 1.0.2, in steps of 10%, 50% and 100%',
    stage: PAIR,
    inputs: { ...SHIFT, version: '1.0.2', traffic: '10% for 5s, 50% for 5s, 100%' },
    expected: { outcome: 'succeeded', versions: { blue: '1.0.1', green: '1.0.2' }, carries: 'green' },
  },
  rollback: {
    title: 'from blue with 1.0.1 to green with 1.0.3, which breaks when it is used',
    stage: { ...PAIR, badVersions: [{ version: '1.0.3', fault: 'breaks-in-use' }] },
    inputs: { ...SHIFT, version: '1.0.3', traffic: '10% for 10s, 100%' },
    smokeTest: 'each server',
    expected: {
      outcome: 'rolled-back',
      versions: { blue: '1.0.1', green: '1.0.3' },
      carries: 'blue',
      loses: { version: '1.0.3', percent: 10 },
    },
  },
} as const satisfies Record<string, Scene>

const DEFAULT_SCENE = 'rollout'

/** Throws with the names that there are when it is not one of them. */
export function sceneFor(args: readonly string[]): Scene {
  const [name = DEFAULT_SCENE, ...more] = args
  const known = Object.keys(SCENES)
  if (more.length === 0 && Object.hasOwn(SCENES, name)) return SCENES[name as keyof typeof SCENES]
  const usage = known.map((each) => `  npm run demo${each === DEFAULT_SCENE ? '' : ` -- ${each}`}`)
  throw new Error(`There is no scene '${args.join(' ')}'. There are:\n${usage.join('\n')}`)
}
