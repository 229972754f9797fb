import type { Server } from '../domain/fleet.ts'
import type { Gate, Verdict } from '../domain/ports.ts'
import { plural } from '../domain/wording.ts'
import { worstCaseMs } from '../domain/worst-case.ts'
import { tellingBeside } from './beside.ts'
import type { Handler, Run } from './run.ts'
import { failServer, serversIn } from './run.ts'

const AGAIN_AFTER_MS = 1_000
/** A server that has just started may answer wrongly for a moment; three times in a row is an answer. */
export const FAILS_NEEDED = 3

/** Asks the gates of the scope until each has given its verdict. */
export const check: Handler<'check'> = async (run, step) => {
  const gates = run.ports.gates.filter((gate) => gate.scope === step.scope)
  // After the last batch it may be the first step for a long time.
  if (step.scope === 'service') await run.journal.extend(worstCaseMs([step], run.fleet), run.signal)
  for (const gate of gates) {
    if (step.scope === 'server') {
      await checkServers(run, { gate, step })
      continue
    }
    const judged = await checkService(run, { gate, step })
    if (judged.verdict !== 'pass') return { failed: `${gate.name}: ${judged.evidence}`, byService: true }
  }
  return undefined
}

async function checkServers(run: Run, { gate, step }: { gate: Gate; step: CheckStep }): Promise<void> {
  const asked = serversIn(run, step.servers).filter(({ id }) => !run.unready.has(id))
  let judged = 0
  const text = () => `${gate.name}: ${judged} of ${plural(asked.length, 'server')} judged`
  await tellingBeside(run, { text, limitMs: step.withinMs }, () =>
    Promise.all(
      asked.map(async (server) => {
        await checkServer(run, { gate, step, server })
        judged++
      }),
    ),
  )
}

function checkService(run: Run, { gate, step }: { gate: Gate; step: CheckStep }): Promise<Verdict> {
  let last = 'nothing answers yet'
  const onVerdict = ({ evidence }: Verdict) => {
    last = evidence
  }
  const text = () => `${gate.name}: ${last}`
  return tellingBeside(run, { text, limitMs: step.withinMs }, () => judge(run, { gate, step, onVerdict }))
}

type CheckStep = Parameters<typeof check>[1]

interface Question {
  readonly gate: Gate
  readonly step: { readonly version: string; readonly withinMs: number }
  readonly server?: Server
  readonly onVerdict?: (verdict: Verdict) => void
}

async function checkServer(run: Run, question: Question & { server: Server }): Promise<void> {
  const judged = await judge(run, question)
  if (judged.verdict === 'pass') return
  failServer(run, question.server.id, `${question.gate.name} failed: ${judged.evidence}`)
}

/** A gate that cannot judge yet (nothing answers) is asked again until the time is up. */
async function judge(run: Run, question: Question): Promise<Verdict> {
  const { gate, step, server } = question
  const { clock } = run.ports
  const deadline = clock.now() + step.withinMs
  const subject = { version: step.version, ...(server === undefined ? {} : { server }) }
  let fails = 0
  while (true) {
    const judged = await gate.check(subject, run.signal)
    question.onVerdict?.(judged)
    fails = judged.verdict === 'fail' ? fails + 1 : 0
    const isLast = judged.verdict === 'pass' || fails >= FAILS_NEEDED || clock.now() >= deadline
    if (isLast) {
      run.emit({
        type: 'judged',
        gate: gate.name,
        scope: gate.scope,
        ...(server === undefined ? {} : { server: server.id }),
        ...judged,
      })
      return judged
    }
    await clock.sleep(AGAIN_AFTER_MS, run.signal)
  }
}
