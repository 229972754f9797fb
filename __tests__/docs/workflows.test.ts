import { readdirSync, readFileSync } from 'node:fs'
import { validate } from '@actions/languageservice'
import { describe, expect, test } from '@jest/globals'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { parse } from 'yaml'

/** GitHub's own schema, and for what uses this action, our action.yml. */
const action = parse(readFileSync('action.yml', 'utf8')) as {
  name: string
  description: string
  inputs: Record<string, { description: string; required?: boolean }>
}
const fetchActionMetadata = async ({ name }: { name: string }) =>
  name === 'elb-rollout' ? action : undefined

let documents = 0

/** What the validator says, line by line. It remembers documents by their address, so each has one of its own. */
async function problemsIn(text: string): Promise<string[]> {
  const uri = `file:///${++documents}/.github/workflows/workflow.yml`
  const found = await validate(TextDocument.create(uri, 'yaml', 1, text), {
    actionsMetadataProvider: { fetchActionMetadata },
  })
  // The actions of others are not looked up.
  const own = found.filter(
    ({ message }) => !/^Unable to resolve action `(?!elb-rollout\/)/.test(`${message}`),
  )
  return own.map(({ message, range }) => `${range.start.line + 1}: ${message}`)
}

const files = ['examples', '.github/workflows'].flatMap((folder) =>
  readdirSync(folder).map((name) => `${folder}/${name}`),
)

describe('a workflow that people paste, or that runs here', () => {
  test.each(files)('%s is valid', async (file) => {
    expect(await problemsIn(readFileSync(file, 'utf8'))).toEqual([])
  })

  test.each([
    ['a job that is not there', 'needs: rollout', 'needs: rolout'],
    ['a function that is not there', 'always()', 'alwys()'],
    ['an input that is not there', 'update-command:', 'update-comand:'],
    ['a key that is not there', 'runs-on: ubuntu-latest', 'run-on: ubuntu-latest'],
  ])('would be found invalid with %s', async (_, right, wrong) => {
    const text = readFileSync('examples/deploy.yml', 'utf8')
    expect(text).toContain(right)
    expect(await problemsIn(text.replace(right, wrong))).not.toEqual([])
  })
})

describe('the workflows that people paste', () => {
  const jobs = (file: string) =>
    (parse(readFileSync(file, 'utf8')) as { jobs: Record<string, { if?: string; steps: { if?: string }[] }> })
      .jobs

  test('run the recovery also after a cancel, a job time limit and a lost runner', () => {
    const { recover, rollout } = jobs('examples/deploy.yml')
    expect(recover?.if).toContain('always() &&')
    expect(recover?.if).not.toContain('failure()')
    expect(JSON.stringify(recover?.steps)).not.toContain('needs.')
    // Else a cancel would not reach the rollout.
    expect([rollout?.if, ...(rollout?.steps ?? []).map((step) => step.if)]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  test('share one lock, and cancel nothing', () => {
    const locks = ['examples/deploy.yml', 'examples/rollback.yml'].map(
      (file) => (parse(readFileSync(file, 'utf8')) as { concurrency: object }).concurrency,
    )
    expect(locks).toEqual([
      { group: 'production', 'cancel-in-progress': false },
      { group: 'production', 'cancel-in-progress': false },
    ])
  })
})
