import {
  AddTagsCommand,
  DeregisterTargetsCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ModifyTargetGroupAttributesCommand,
  paginateDescribeTargetGroups,
  RegisterTargetsCommand,
  RemoveTagsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterEach, describe, expect, test } from '@jest/globals'
import { forward } from '../../simulator/account/action.ts'
import type { ServedApi } from '../../simulator/api/serve.ts'
import { closeServed, serve } from './served.ts'
import { Setting } from './setting.ts'

afterEach(closeServed)

describe('through the AWS SDK', () => {
  test('targets are deregistered, registered and described', async () => {
    const { setting, client, api } = await serve()
    const TargetGroupArn = setting.groupArn
    await client.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: 'i-1', Port: 80 }] }))
    await client.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: 'i-4' }] }))
    const { TargetHealthDescriptions, $metadata } = await client.send(
      new DescribeTargetHealthCommand({ TargetGroupArn }),
    )
    expect(
      TargetHealthDescriptions?.map(({ Target, TargetHealth }) => [Target, TargetHealth?.State]),
    ).toEqual([
      [{ Id: 'i-1', Port: 80 }, 'draining'],
      [{ Id: 'i-2', Port: 80 }, 'healthy'],
      [{ Id: 'i-3', Port: 80 }, 'healthy'],
      [{ Id: 'i-4', Port: 80 }, 'initial'],
    ])
    expect(TargetHealthDescriptions?.[0]).toMatchObject({
      HealthCheckPort: '80',
      TargetHealth: { Reason: 'Target.DeregistrationInProgress' },
    })
    expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/)
    expect(api.calls()).toEqual({ DeregisterTargets: 1, RegisterTargets: 1, DescribeTargetHealth: 1 })
  })

  test('numbers and booleans come as such, and rules with all their parts', async () => {
    const { setting, client } = await serve()
    const { simulator, listenerArn, groupArn } = setting
    const AuthenticationRequestExtraParams = { display: 'page', 'a b': '<&>' }
    const AuthenticateOidcConfig = {
      Issuer: 'https://i',
      ClientSecret: 's',
      AuthenticationRequestExtraParams,
    }
    simulator.addRule({
      listenerArn,
      priority: 7,
      conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/api/*'] } }],
      actions: [{ Type: 'authenticate-oidc', AuthenticateOidcConfig }, forward(groupArn)],
    })
    const { TargetGroups } = await client.send(
      new DescribeTargetGroupsCommand({ TargetGroupArns: [groupArn] }),
    )
    expect(TargetGroups?.[0]).toMatchObject({
      Port: 80,
      HealthCheckEnabled: true,
      HealthCheckIntervalSeconds: 10,
    })
    const { Rules } = await client.send(new DescribeRulesCommand({ ListenerArn: listenerArn }))
    expect(Rules?.map(({ Priority, IsDefault }) => [Priority, IsDefault])).toEqual([
      ['7', false],
      ['default', true],
    ])
    expect(Rules?.[0]).toMatchObject({
      Conditions: [{ Values: ['/api/*'], PathPatternConfig: { Values: ['/api/*'] } }],
      Actions: [
        { Order: 1, AuthenticateOidcConfig: { Issuer: 'https://i', AuthenticationRequestExtraParams } },
        { Order: 2, ForwardConfig: { TargetGroups: [{ Weight: 1 }] } },
      ],
    })
    expect(Rules?.[0]?.Actions?.[0]?.AuthenticateOidcConfig).not.toHaveProperty('ClientSecret')
  })

  test('the SDK’s paginator walks through the pages', async () => {
    const { setting, client } = await serve(new Setting({ behaviour: { pageSize: 3 } }))
    for (let index = 0; index < 6; index++) setting.simulator.addTargetGroup({ name: `more-${index}` })
    const names: (string | undefined)[] = []
    let pages = 0
    for await (const { TargetGroups } of paginateDescribeTargetGroups({ client }, {})) {
      pages++
      names.push(...(TargetGroups ?? []).map((group) => group.TargetGroupName))
    }
    expect(pages).toBe(3)
    expect(new Set(names).size).toBe(7)
  })

  test('attributes and tags', async () => {
    const { setting, client } = await serve()
    const TargetGroupArn = setting.groupArn
    const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '12' }]
    await client.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }))
    const after = await client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }))
    expect(after.Attributes).toContainEqual(Attributes[0])
    const ResourceArns = [TargetGroupArn]
    const Tags = [
      { Key: 'elb-rollout:owner', Value: 'a=1/b=2 é' },
      { Key: 'empty', Value: '' },
    ]
    await client.send(new AddTagsCommand({ ResourceArns, Tags }))
    const described = await client.send(new DescribeTagsCommand({ ResourceArns }))
    expect(described.TagDescriptions).toEqual([{ ResourceArn: TargetGroupArn, Tags }])
    await client.send(new RemoveTagsCommand({ ResourceArns, TagKeys: Tags.map(({ Key }) => Key) }))
    expect((await client.send(new DescribeTagsCommand({ ResourceArns }))).TagDescriptions?.[0]?.Tags).toEqual(
      [],
    )
  })

  test('errors have the SDK’s names, their status and a request id', async () => {
    const { setting, client } = await serve()
    const failure = (TargetGroupArn: string, Targets?: { Id: string }[]): Promise<unknown> =>
      client.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: Targets ?? [{ Id: 'i-1' }] }))
    await expect(failure(`${setting.groupArn}0`)).rejects.toMatchObject({
      name: 'TargetGroupNotFoundException',
      message: 'One or more target groups not found',
      $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    })
    await expect(failure('<&"\'>\r\n\u0001')).rejects.toMatchObject({ name: 'ValidationError' })
    await expect(failure(setting.groupArn, [])).rejects.toMatchObject({ name: 'ValidationError' })
    setting.simulator.setInstanceState('i-8', 'stopped')
    await expect(failure(setting.groupArn, [{ Id: 'i-8' }])).rejects.toMatchObject({
      name: 'InvalidTargetException',
    })
    setting.simulator.faults = { deny: ['RegisterTargets'] }
    await expect(failure(setting.groupArn)).rejects.toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
    })
    setting.simulator.faults = { throttleShare: 1 }
    await expect(failure(setting.groupArn)).rejects.toMatchObject({
      name: 'Throttling',
      message: 'Rate exceeded',
      $metadata: { httpStatusCode: 400 },
    })
    const Tags = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: 'v' }))
    setting.simulator.faults = {}
    await expect(
      client.send(new AddTagsCommand({ ResourceArns: [setting.groupArn], Tags })),
    ).rejects.toMatchObject({ name: 'TooManyTagsException' })
  })

  test('a lost reply is a connection reset after the write, which the SDK sends again', async () => {
    const setting = new Setting()
    let lost = 0
    setting.simulator.faults = {
      onCall: (_, action) => (action === 'DeregisterTargets' && lost++ === 0 ? 'reject-after' : undefined),
    }
    const { client, api } = await serve(setting, 3)
    await client.send(
      new DeregisterTargetsCommand({ TargetGroupArn: setting.groupArn, Targets: [{ Id: 'i-1' }] }),
    )
    expect(api.calls()).toEqual({ DeregisterTargets: 2 })
    expect(setting.statesOf('i-1')).toEqual(['0 draining'])
  })

  test('a reset before the write leaves things as they were', async () => {
    const { setting, client } = await serve()
    setting.simulator.faults = { resetShare: 1 }
    const command = new DeregisterTargetsCommand({
      TargetGroupArn: setting.groupArn,
      Targets: [{ Id: 'i-1' }],
    })
    await expect(client.send(command)).rejects.toThrow('ECONNRESET')
    expect(setting.statesOf('i-1')).toEqual([])
  })
})

describe('on the wire', () => {
  async function post(
    api: ServedApi,
    body: string,
  ): Promise<{ status: number; type: string | null; text: string }> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const response = await fetch(api.url, { method: 'POST', headers, body })
    expect(response.headers.get('x-amzn-RequestId')).toMatch(/^[0-9a-f-]{36}$/)
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      text: await response.text(),
    }
  }

  test('an answer is the envelope of the Query protocol, with an empty result where there is nothing to say', async () => {
    const { api, setting } = await serve()
    const form = new URLSearchParams({
      Action: 'DeregisterTargets',
      Version: '2015-12-01',
      TargetGroupArn: setting.groupArn,
      'Targets.member.1.Id': 'i-1',
    })
    const { status, type, text } = await post(api, form.toString())
    expect([status, type]).toEqual([200, 'text/xml'])
    expect(text).toMatch(
      /^<DeregisterTargetsResponse xmlns="http:\/\/elasticloadbalancing.amazonaws.com\/doc\/2015-12-01\/"><DeregisterTargetsResult\/><ResponseMetadata><RequestId>[0-9a-f-]+<\/RequestId><\/ResponseMetadata><\/DeregisterTargetsResponse>$/,
    )
  })

  test('an unknown action, and another version, are InvalidAction', async () => {
    const { api } = await serve()
    const unknown = await post(api, 'Action=Explode&Version=2015-12-01')
    expect(unknown.status).toBe(400)
    expect(unknown.text).toContain('<Error><Type>Sender</Type><Code>InvalidAction</Code>')
    const classic = await post(api, 'Action=DescribeLoadBalancers&Version=2012-06-01')
    expect(classic.text).toContain('<Code>InvalidAction</Code>')
  })

  test('GET works as well', async () => {
    const { api } = await serve()
    const response = await fetch(
      `${api.url}/?Action=DescribeTargetGroups&Version=2015-12-01&Names.member.1=blue`,
    )
    expect(await response.text()).toContain('<TargetGroupName>blue</TargetGroupName>')
  })
})
