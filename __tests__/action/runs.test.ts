import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

/** GitHub's API, as far as it is asked: https://docs.github.com/rest/actions/workflow-runs#get-a-workflow-run */
let github: Server
const asked: { readonly path: string; readonly token: string }[] = []
const before = process.env.GITHUB_API_URL

beforeAll(async () => {
  github = createServer((request, response) => {
    asked.push({ path: request.url ?? '', token: request.headers.authorization ?? '' })
    const runId = /^\/repos\/octo-org\/web\/actions\/runs\/(\d+)$/.exec(request.url ?? '')?.[1] ?? ''
    const status = { 1: 'completed', 2: 'in_progress' }[runId]
    response.writeHead(status === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify(status === undefined ? { message: 'Not Found' } : { id: Number(runId), status }),
    )
  })
  await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve))
  // Read once, when the library is loaded.
  process.env.GITHUB_API_URL = `http://127.0.0.1:${(github.address() as AddressInfo).port}`
})

afterAll(() => {
  if (before === undefined) delete process.env.GITHUB_API_URL
  else process.env.GITHUB_API_URL = before
  github.closeAllConnections()
  github.close()
})

describe('whether a workflow run is over', () => {
  const inRepository = { GITHUB_REPOSITORY: 'octo-org/web' }

  test.each([
    ['1', true, 'is completed'],
    ['2', false, 'goes on'],
    ['3', false, 'is of another repository, or not for us to see'],
  ])('run %s: %s, since it %s', async (runId, expected) => {
    const { workflowRuns } = await import('../../src/action/runs.ts')
    expect(await workflowRuns('t0ken', inRepository)?.hasCompleted(runId, new AbortController().signal)).toBe(
      expected,
    )
    expect(asked.at(-1)).toEqual({ path: `/repos/octo-org/web/actions/runs/${runId}`, token: 'token t0ken' })
  })

  test('is not asked without a token, or outside of a repository', async () => {
    const { workflowRuns } = await import('../../src/action/runs.ts')
    expect(workflowRuns('', inRepository)).toBeUndefined()
    expect(workflowRuns('t0ken', {})).toBeUndefined()
  })
})
