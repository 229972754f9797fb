import { setTimeout as pause } from 'node:timers/promises'
import { endingText } from './ending.ts'
import { requireBuild } from './runner.ts'
import { type Scene, sceneFor } from './scenes.ts'
import { FRAME_MS, openScreen } from './screen.ts'
import { shortcomings } from './shortcomings.ts'
import { Stage } from './stage.ts'
import { logShifts } from './traffic.ts'
import { Watch } from './watch.ts'

const SETTLE_MS = 1_000
const INTERRUPTED = 130

/** Tells one story and answers the exit code: 0 when it ended as it should, with no request lost that need not be. */
async function main(): Promise<number> {
  const scene = sceneFor(process.argv.slice(2))
  requireBuild()
  const stage = await Stage.open(scene.stage)
  try {
    return await tell(scene, stage)
  } finally {
    await stage.close()
  }
}

async function tell(scene: Scene, stage: Stage): Promise<number> {
  const interruption = interruptionBySignal()
  const load = stage.startLoad()
  const shifts = logShifts(stage, load)
  const watch = new Watch(stage, load, scene.title)
  const screen = openScreen(process.stdout, process.env)
  const draw = () => screen.show(watch.view())
  const frames = setInterval(draw, FRAME_MS)
  try {
    await pause(SETTLE_MS, undefined, { signal: interruption })
    const run = stage.run(inputsOf(scene, stage), { onLine: (line) => watch.hear(line) })
    interruption.addEventListener('abort', () => void run.cancel())
    const result = await run.ended
    await pause(SETTLE_MS)
    const counts = await load.stop()
    draw()
    const ending = { scene, stage, result, counts, shifts }
    const wrong = interruption.aborted ? ['interrupted'] : shortcomings(ending)
    process.stdout.write(`\n${endingText(ending, wrong)}`)
    if (interruption.aborted) return INTERRUPTED
    return wrong.length === 0 ? 0 : 1
  } finally {
    clearInterval(frames)
    screen.close()
  }
}

function inputsOf({ inputs, smokeTest }: Scene, stage: Stage): Readonly<Record<string, string>> {
  return smokeTest === undefined ? inputs : { ...inputs, 'smoke-url': `${stage.controlUrl}/{id}` }
}

/** Ctrl-C once: the action puts back what is out, as when a workflow is cancelled. Twice: everything ends. */
function interruptionBySignal(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(INTERRUPTED)
      controller.abort(new Error('interrupted'))
    })
  }
  return controller.signal
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode
  },
  (error: Error) => {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 2
  },
)
