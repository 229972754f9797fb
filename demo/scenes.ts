import type { StageOptions } from './stage.ts'

/** A story that the demo can tell. */
export interface Scene {
  readonly title: string
  readonly stage: StageOptions
  readonly inputs: Readonly<Record<string, string>>
  /** How it has to end. */
  readonly expected: { readonly outcome: string; readonly version: string }
}

/** Real time, with the shortest health check interval that AWS has. */
const FLEET = { servers: 4, version: '1.0.1', speed: 1, delaySeconds: 5, intervalSeconds: 5 } as const
const INPUTS = { 'previous-version': '1.0.1', 'batch-size': '50%', 'healthy-for': '3s' }

export const SCENES = {
  rollout: {
    title: 'four servers from 1.0.1 to 1.0.2, in place, half of them at a time',
    stage: FLEET,
    inputs: { ...INPUTS, version: '1.0.2' },
    expected: { outcome: 'succeeded', version: '1.0.2' },
  },
  'bad-version': {
    title: 'four servers from 1.0.1 to 1.0.3, which does not come up on the second half',
    stage: {
      ...FLEET,
      badVersions: [{ version: '1.0.3', fault: 'update-fails', servers: ['i-web-3', 'i-web-4'] }],
    },
    inputs: { ...INPUTS, version: '1.0.3' },
    expected: { outcome: 'rolled-back', version: '1.0.1' },
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
