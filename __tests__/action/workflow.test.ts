import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { workflowFacts } from '../../src/action/workflow.ts'

const ENVIRONMENT = {
  GITHUB_ACTIONS: 'true',
  GITHUB_ACTOR: 'octocat',
  GITHUB_SHA: '3f1ef7f2b6a9d4c8e0f1a2b3c4d5e6f708192a3b',
  GITHUB_SERVER_URL: 'https://github.example.com',
  GITHUB_REPOSITORY: 'octo-org/shop',
  GITHUB_WORKFLOW: 'Deploy',
  GITHUB_REF_NAME: 'main',
  GITHUB_RUN_ID: '19532640001',
  GITHUB_RUN_NUMBER: '12',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_EVENT_PATH: '',
} as const

const before = { ...process.env }

// The toolkit reads its context from the environment of the process.
beforeAll(() => {
  Object.assign(process.env, ENVIRONMENT)
})
afterAll(() => {
  for (const name of Object.keys(ENVIRONMENT)) delete process.env[name]
  Object.assign(process.env, before)
})

test('a run of a workflow is told by what GitHub says of it', async () => {
  expect(await workflowFacts(ENVIRONMENT)).toEqual({
    actor: 'octocat',
    sha: ENVIRONMENT.GITHUB_SHA,
    workflow: 'Deploy',
    runUrl: 'https://github.example.com/octo-org/shop/actions/runs/19532640001',
    attempt: '2',
    runNumber: '12',
    refName: 'main',
  })
})

test('the action is named by where it comes from; one of the repository itself has no such name', async () => {
  const from = { GITHUB_ACTION_REPOSITORY: 'elb-rollout/elb-rollout', GITHUB_ACTION_REF: 'v1' }
  expect(await workflowFacts({ ...ENVIRONMENT, ...from })).toMatchObject({
    action: { repository: 'elb-rollout/elb-rollout', ref: 'v1' },
  })
  const local = { GITHUB_ACTION_REPOSITORY: '', GITHUB_ACTION_REF: '' }
  expect(await workflowFacts({ ...ENVIRONMENT, ...local })).not.toHaveProperty('action')
})

test('outside of GitHub Actions there is none', async () => {
  expect(await workflowFacts({})).toBeUndefined()
})
