import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { serverId } from '../demo/fleet.ts'
import { failuresIn } from '../demo/load.ts'
import { INPUTS, NEW, OLD, type Rollout, rollOut } from '../demo/rehearsal.ts'
import { disasters } from './disaster-crew.ts'
import { each } from './pool.ts'
import { table } from './table.ts'
import { allCases, quickCases, type TortureCase } from './torture-cases.ts'

const USAGE = `Lets rollouts die, be cancelled, meet each other and lose their tags, at every point, in virtual time. Then rolls
every fleet of 2 to 12 servers out, in batches of every size, good and bad, as real processes under load.

  --quick        only a part of it, in about a minute
  --virtual      only the first half
  --at-once N    rollouts at the same time (three for each core)
  --help`

interface Result {
  readonly given: TortureCase
  readonly rollout: Rollout | undefined
  /** What did not hold; empty when all is well. */
  readonly wrong: readonly string[]
}

const PER_CORE = 3

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      virtual: { type: 'boolean', default: false },
      'at-once': { type: 'string', default: String(PER_CORE * availableParallelism()) },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(USAGE)
    return 0
  }
  const calm = await tortureInVirtualTime(values.quick ? QUICK_STRIDE : 1)
  if (values.virtual) return calm ? 0 : 1
  const cases = values.quick ? quickCases() : allCases()
  const startedAt = performance.now()
  const results: Result[] = []
  await each(cases, Number(values['at-once']), async (given) => {
    const result = await torture(given)
    results.push(result)
    console.log(`${results.length}/${cases.length}  ${lineOf(result)}`)
  })
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  console.log(`\n${resultsTable(results)}\n\n${verdict(results)}, in ${seconds} s`)
  return calm && results.every(({ wrong }) => wrong.length === 0) ? 0 : 1
}

const QUICK_STRIDE = 7

/** Answers whether nothing was wrong. */
async function tortureInVirtualTime(stride: number): Promise<boolean> {
  const startedAt = performance.now()
  const tried = await disasters({ stride })
  const rows = tried.map(({ what, points, wrong }) => [what, String(points), String(wrong.length)])
  const points = tried.reduce((sum, kind) => sum + kind.points, 0)
  const wrong = tried.flatMap((kind) => kind.wrong)
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  console.log(table(['A rollout', 'Points', 'Wrong'], rows))
  console.log(
    `\n${points} disasters in virtual time, in ${seconds} s; ${wrong.length} things wrong afterwards\n`,
  )
  for (const one of wrong.slice(0, 20)) console.log(`- ${one}`)
  return wrong.length === 0
}

async function torture(given: TortureCase): Promise<Result> {
  try {
    const rollout = await perform(given)
    return { given, rollout, wrong: wrongIn(rollout, given) }
  } catch (error) {
    return { given, rollout: undefined, wrong: [String(error)] }
  }
}

function perform({ servers, batch, fault }: TortureCase): Promise<Rollout> {
  const bad = { version: NEW, fault: fault ?? 'update-fails', servers: [serverId('web', batch + 1)] }
  const badVersions = fault === undefined ? [] : [bad]
  const inputs = {
    ...INPUTS,
    'batch-size': String(batch),
    'min-healthy': '1',
    'health-timeout': fault === 'unhealthy' ? '4s' : '1m',
  }
  return rollOut(
    { servers, badVersions, seed: servers * 100 + batch },
    (stage) => stage.run({ ...inputs, 'smoke-url': `${stage.fleet.controlUrl}/{id}` }).ended,
  )
}

function wrongIn(rollout: Rollout, { servers, batch, fault }: TortureCase): string[] {
  const { result, counts, versions, states, leastHealthy } = rollout
  const [outcome, version] = fault === undefined ? ['succeeded', NEW] : ['rolled-back', OLD]
  const wrong = failuresIn(counts)
  if (result.outputs.outcome !== outcome) wrong.push(`${result.outputs.outcome}: ${result.outputs.reason}`)
  if (versions.some((each) => each !== version)) wrong.push(`versions ${versions.join(' ')}`)
  if (states.length !== servers || states.some((state) => state !== 'healthy'))
    wrong.push(`states ${states.join(' ')}`)
  if (leastHealthy < servers - batch) wrong.push(`only ${leastHealthy} healthy`)
  if (result.leftBehind.length > 0) wrong.push('left processes behind')
  return wrong
}

function cells({ given, rollout, wrong }: Result): string[] {
  const { servers, batch, fault = 'good' } = given
  return [
    String(servers),
    String(batch),
    fault,
    rollout?.result.outputs.outcome ?? 'none',
    `${Math.round(rollout?.result.seconds ?? 0)} s`,
    String(rollout?.leastHealthy ?? 0),
    String(rollout?.counts.sent ?? 0),
    String(rollout?.counts.failed ?? 0),
    wrong.length === 0 ? 'ok' : wrong.join('; '),
  ]
}

const HEAD = [
  'Servers',
  'Batch',
  'Version',
  'Outcome',
  'Took',
  'Least healthy',
  'Requests',
  'Failed',
  'Verdict',
]

function lineOf(result: Result): string {
  const [servers, batch, fault, outcome, took, , requests, failed, verdict] = cells(result)
  return `${servers} servers by ${batch}, ${fault}: ${outcome} in ${took}, ${requests} requests, ${failed} failed: ${verdict}`
}

function resultsTable(results: readonly Result[]): string {
  const inOrder = results.toSorted(
    ({ given: a }, { given: b }) => a.servers - b.servers || a.batch - b.batch || (a.fault ? 1 : -1),
  )
  return table(HEAD, inOrder.map(cells))
}

function verdict(results: readonly Result[]): string {
  const sum = (key: 'sent' | 'failed') =>
    results.reduce((total, { rollout }) => total + (rollout?.counts[key] ?? 0), 0)
  const wrong = results.filter((result) => result.wrong.length > 0).length
  return `${results.length} rollouts, ${wrong} of them wrong; ${sum('sent')} requests, ${sum('failed')} of them failed`
}

process.exitCode = await main()
