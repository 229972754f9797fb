import { afterEach, describe, expect, test } from '@jest/globals'
import type { Behaviour } from '../../simulator/options.ts'
import { type Answer, DataSetting } from './data-setting.ts'

let setting: DataSetting
let green: string

afterEach(() => setting.close())

const MINUTE = 60

/** Blue has three servers, green has i-8; clients stick to a group for a minute. */
async function open(behaviour: Partial<Behaviour> = {}): Promise<void> {
  setting = await DataSetting.open({ behaviour })
  green = setting.simulator.addTargetGroup({ name: 'green' })
  setWeights({ blue: 1, green: 1 })
  setting.simulator.addHealthyTargets(green, [{ Id: 'i-8' }])
}

function setWeights(weights: { blue: number; green: number }, DurationSeconds = MINUTE): void {
  setting.simulator.setActions(setting.listenerArn, [
    {
      Type: 'forward',
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: setting.groupArn, Weight: weights.blue },
          { TargetGroupArn: green, Weight: weights.green },
        ],
        TargetGroupStickinessConfig: { Enabled: true, DurationSeconds },
      },
    },
  ])
}

/** The cookies of an answer as a client sends them back. */
function cookiesOf({ headers }: Answer): string {
  return (headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0]).join('; ')
}

/** The cookies of a client that was sent to green. */
async function greenCookies(): Promise<string> {
  setWeights({ blue: 0, green: 1 })
  const cookies = cookiesOf(await setting.get())
  setWeights({ blue: 1, green: 1 })
  return cookies
}

/** Who answers a client with these cookies, in each of ten requests. */
async function whoAnswers(cookie: string): Promise<Set<string>> {
  const answers = await Promise.all(Array.from({ length: 10 }, () => setting.get('/', { cookie })))
  return new Set(answers.map(({ body }) => (body === 'i-8' ? 'green' : 'blue')))
}

describe('the cookies', () => {
  test('are two, and name the group in a way that clients cannot read', async () => {
    await open()
    await setting.clock.advance(5000)
    setting.on('i-8', (_, response) => response.setHeader('Set-Cookie', 'own=1').end('i-8'))
    setWeights({ blue: 0, green: 1 })
    const { headers } = await setting.get()
    expect(headers['set-cookie']).toEqual([
      'own=1',
      expect.stringMatching(/^AWSALBTG=[\w-]+; Expires=Thu, 01 Jan 1970 00:01:05 GMT; Path=\/$/),
      expect.stringMatching(/^AWSALBTGCORS=[\w-]+; Expires=.* GMT; Path=\/; SameSite=None; Secure$/),
    ])
    expect(JSON.stringify(headers)).not.toContain('green')
  })

  test('are not set without group stickiness, nor heeded', async () => {
    await open()
    const cookie = await greenCookies()
    setting.simulator.setActions(setting.listenerArn, [{ Type: 'forward', TargetGroupArn: setting.groupArn }])
    expect((await setting.get('/', { cookie })).headers['set-cookie']).toBeUndefined()
    expect(await whoAnswers(cookie)).toEqual(new Set(['blue']))
  })

  test('do not come with answers of the load balancer’s own', async () => {
    await open()
    setWeights({ blue: 0, green: 1 })
    await setting.stop('i-8')
    expect(await setting.get()).toMatchObject({ status: 502, headers: { server: 'awselb/2.0' } })
    expect((await setting.get()).headers['set-cookie']).toBeUndefined()
  })
})

describe('a client with a cookie', () => {
  test('stays with its group, whatever the weights, and others are spread', async () => {
    await open()
    const cookie = await greenCookies()
    setWeights({ blue: 999, green: 1 })
    expect(await whoAnswers(cookie)).toEqual(new Set(['green']))
    expect(await whoAnswers(`theme=dark; ${cookie.split('; ')[1]}`)).toEqual(new Set(['green']))
    setWeights({ blue: 1, green: 0 })
    expect(await whoAnswers('AWSALBTG=nonsense; AWSALBTGCORS=')).toEqual(new Set(['blue']))
  })

  test('stays even when no target of its group can serve: there is no failover', async () => {
    await open()
    const cookie = await greenCookies()
    await setting.call('DeregisterTargets', { TargetGroupArn: green, Targets: [{ Id: 'i-8' }] })
    expect((await setting.get('/', { cookie })).status).toBe(503)
  })

  test('until the duration has passed', async () => {
    await open()
    const cookie = await greenCookies()
    setWeights({ blue: 999, green: 0 })
    await setting.clock.advance(MINUTE * 1000 - 1)
    expect(await whoAnswers(cookie)).toEqual(new Set(['green']))
    await setting.clock.advance(1)
    expect(await whoAnswers(cookie)).toEqual(new Set(['blue']))
  })

  test('until its group is no longer in the action', async () => {
    await open()
    const cookie = await greenCookies()
    setting.simulator.setActions(setting.listenerArn, [
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: [{ TargetGroupArn: setting.groupArn }],
          TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: MINUTE },
        },
      },
    ])
    expect(await whoAnswers(cookie)).toEqual(new Set(['blue']))
  })
})

describe('what is not known', () => {
  test.each([
    ['kept', 'green'],
    ['moved', 'blue'],
  ] as const)('at weight 0, %s: to %s', async (stickyAtWeightZero, expected) => {
    await open({ stickyAtWeightZero })
    const cookie = await greenCookies()
    setWeights({ blue: 1, green: 0 })
    const answer = await setting.get('/', { cookie })
    expect(answer.body === 'i-8' ? 'green' : 'blue').toBe(expected)
    setWeights({ blue: 0, green: 0 })
    expect((await setting.get('/', { cookie })).status).toBe(stickyAtWeightZero === 'kept' ? 200 : 503)
    setWeights({ blue: 1, green: 1 })
    expect(await whoAnswers(cookiesOf(answer))).toEqual(new Set([expected]))
  })

  test.each([
    ['renewed', 'green'],
    ['kept', 'blue'],
  ] as const)('a cookie that is used in time is %s: to %s afterwards', async (stickyCookie, expected) => {
    await open({ stickyCookie })
    let cookie = await greenCookies()
    setWeights({ blue: 999, green: 0 })
    for (const _ of [1, 2]) {
      await setting.clock.advance(MINUTE * 600)
      cookie = cookiesOf(await setting.get('/', { cookie })) || cookie
    }
    expect(await whoAnswers(cookie)).toEqual(new Set([expected]))
  })
})
