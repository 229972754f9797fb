import { expect, test } from '@jest/globals'
import type { Server } from '../../src/domain/fleet.ts'
import type { ServerContext } from '../../src/domain/ports.ts'
import { environmentFor, type RolloutFacts } from '../../src/updaters/environment.ts'

const FACTS: RolloutFacts = {
  rolloutId: 'r-1',
  mode: 'deploy',
  strategy: 'in-place',
  groups: [
    { arn: 'arn:web', name: 'web' },
    { arn: 'arn:admin', name: 'admin' },
  ],
  processEnv: {},
}

const FORWARD: ServerContext = { direction: 'forward', version: 'v2', leaves: 'v1', batch: 1, batches: 3 }

const SERVER: Server = {
  id: 'i-1',
  registrations: [
    { groupArn: 'arn:web', target: { id: 'i-1', port: 80 } },
    { groupArn: 'arn:admin', target: { id: 'i-1', port: 8080 } },
  ],
}

test('tells about the rollout and the server', () => {
  expect(environmentFor(SERVER, FORWARD, FACTS)).toEqual({
    ROLLOUT_ID: 'r-1',
    ROLLOUT_MODE: 'deploy',
    ROLLOUT_STRATEGY: 'in-place',
    ROLLOUT_VERSION: 'v2',
    ROLLOUT_PREVIOUS_VERSION: 'v1',
    ROLLOUT_BATCH: '1',
    ROLLOUT_BATCHES: '3',
    ROLLOUT_TARGET_ID: 'i-1',
    ROLLOUT_TARGET_PORT: '80',
    ROLLOUT_TARGETS: 'web:80 admin:8080',
    ROLLOUT_TARGET_GROUP: 'web',
    ROLLOUT_TARGET_GROUP_ARN: 'arn:web',
  })
})

test('tells zone and address of an IP target', () => {
  const target = { id: '10.0.0.1', port: 80, zone: 'eu-west-1a' }
  const server = { id: '10.0.0.1', registrations: [{ groupArn: 'arn:web', target }] }
  expect(environmentFor(server, FORWARD, FACTS)).toMatchObject({
    ROLLOUT_TARGET_IP: '10.0.0.1',
    ROLLOUT_TARGET_ZONE: 'eu-west-1a',
  })
})

test('tells zone and address of an instance, where EC2 knows them', () => {
  const server = { ...SERVER, place: { zone: 'eu-west-1b', ip: '10.0.0.7' } }
  expect(environmentFor(server, FORWARD, FACTS)).toMatchObject({
    ROLLOUT_TARGET_ID: 'i-1',
    ROLLOUT_TARGET_IP: '10.0.0.7',
    ROLLOUT_TARGET_ZONE: 'eu-west-1b',
  })
})

test('a rollback leads from the new version to the one before', () => {
  const back: ServerContext = { ...FORWARD, direction: 'rollback', version: 'v1', leaves: 'v2' }
  expect(environmentFor(SERVER, back, FACTS)).toMatchObject({
    ROLLOUT_VERSION: 'v1',
    ROLLOUT_PREVIOUS_VERSION: 'v2',
  })
})

test('passes on the environment, but no inputs, no tokens, and nothing of an outer rollout', () => {
  const { leaves: _, ...unknownBefore } = FORWARD
  const processEnv = {
    PATH: '/bin',
    MY_INPUT_X: 'kept',
    GITHUB_TOKEN: 'kept',
    'INPUT_UPDATE-COMMAND': 'x',
    Input_Version: 'x',
    ACTIONS_RUNTIME_TOKEN: 'x',
    actions_id_token_request_token: 'x',
    ROLLOUT_PREVIOUS_VERSION: 'x',
    ROLLOUT_TARGET_ZONE: 'x',
    rollout_target_ip: 'x',
  }
  const environment = environmentFor(SERVER, unknownBefore, { ...FACTS, processEnv })
  expect(environment).toMatchObject({ PATH: '/bin', MY_INPUT_X: 'kept', GITHUB_TOKEN: 'kept' })
  expect(Object.values(environment)).not.toContain('x')
  expect(environment).not.toHaveProperty('ROLLOUT_PREVIOUS_VERSION')
})
