import { expect, test } from '@jest/globals'
import { encode } from '../../src/journal/codec.ts'
import { GROUPS } from './ids.ts'
import { instances, list, NOW } from './samples.ts'
import { routes, shiftOf } from './shift-samples.ts'

/** What has been written by one version of the action is read by the next: changes here need a new format. */
const ROLLOUT = '20261123T065814Z-12345678901-1-a1b2c3'

const tags = (entries: Parameters<typeof encode>[0]) => Object.fromEntries(encode(entries, GROUPS))

test('an owner, as an operator sees it', () => {
  const job = { runId: '12345678901', attempt: '1', job: 'deploy' }
  const owner = { rolloutId: ROLLOUT, nonce: '5f0c2d', mode: 'deploy', job, due: NOW } as const
  expect(tags({ owner })).toMatchInlineSnapshot(`
{
  "elb-rollout:owner:5f0c2d": "1 mode=deploy rollout=20261123T065814Z-12345678901-1-a1b2c3 run=12345678901 attempt=1 job=deploy due=2026-11-23T07:04:10Z Jy6smg",
}
`)
})

test('a ledger, as an operator sees it', () => {
  const last = { rolloutId: ROLLOUT, outcome: 'succeeded' } as const
  const ledger = { holds: '1.0.2', before: 'build 17 (main)', rolloutId: ROLLOUT, at: NOW, last }
  expect(tags({ ledger })).toMatchInlineSnapshot(`
{
  "elb-rollout:before": "=YnVpbGQgMTcgKG1haW4p",
  "elb-rollout:holds": "1.0.2",
  "elb-rollout:ledger": "1 rollout=20261123T065814Z-12345678901-1-a1b2c3 at=2026-11-23T07:04:10Z last=20261123T065814Z-12345678901-1-a1b2c3 outcome=succeeded A1Mi9w",
}
`)
  expect(tags({ ledger: { last: { rolloutId: ROLLOUT } } })).toMatchInlineSnapshot(`
{
  "elb-rollout:before": "unknown",
  "elb-rollout:holds": "unknown",
  "elb-rollout:ledger": "1 last=20261123T065814Z-12345678901-1-a1b2c3 DIJDlQ",
}
`)
})

test('a list', () => {
  expect(
    tags({ out: list({ servers: instances(3), inDoubt: [instances(1)[0]?.id ?? ''] }) }),
  ).toMatchInlineSnapshot(`
{
  "elb-rollout:out:0": "1.1.1.mTFi-A.RTIwMjYxMTIzVDA2NTgxNFotMTIzNDU2Nzg5MDEtMS1hMWIyYzOhpbi1wbGFjZUpiXGBcZZTEuMC4xmnqVsLg0l7MysjGxMJycG5samhmZGJhqVu7KxF5gYmRmaGpsbnBywsTGyMrNTYKHG7oKFG7ketKa7_0Zs6s31u3zARlxxHPqaknnxiyF96Q",
}
`)
})

test('a list of servers that are updated from afar', () => {
  expect(
    tags({ out: list({ servers: instances(1), remoteUpdates: [ROLLOUT, '20261124T1'] }) }),
  ).toMatchInlineSnapshot(`
{
  "elb-rollout:out:0": "1.1.1.-Gp6pg.RTIwMjYxMTIzVDA2NTgxNFotMTIzNDU2Nzg5MDEtMS1hMWIyYzOhpbi1wbGFjZUpiXGBcZZTEuMC4xmnqVsLg0l7MysjGxMJycG5samhmZGJhqVu7KxF5gYmRmaGpsbnBywsTGyMrNTYKHG7oKFG7p_yFZsvWAQHFP11RkYGRsYmJkaKhi",
}
`)
})

test('a list of servers of an Auto Scaling group, without and with a shift before it', () => {
  const servers = instances(3)
  const suspended = [{ group: 'web', processes: ['HealthCheck', 'Terminate'] as const }]
  const autoScaling = { suspended, members: servers.slice(1).map(({ id }) => id) }
  expect(tags({ out: list({ servers, autoScaling }) })).toMatchInlineSnapshot(`
{
  "elb-rollout:out:0": "1.1.1.kpGESw.RTIwMjYxMTIzVDA2NTgxNFotMTIzNDU2Nzg5MDEtMS1hMWIyYzOhpbi1wbGFjZUpiXGBcZZTEuMC4xmnqVsLg0l7MysjGxMJycG5samhmZGJhqVu7KxF5gYmRmaGpsbnBywsTGyMrNTYKHG7oKFG7ketKa7_0Zs6s31u3zARlxxHPqaknnxiyF98qN3ZWISSg",
}
`)
  const shift = shiftOf(routes(1, () => 100))
  expect(
    tags({
      out: list({ strategy: 'blue-green', servers: [], shift, autoScaling: { suspended, members: [] } }),
    }),
  ).toMatchInlineSnapshot(`
{
  "elb-rollout:out:0": "1.1.1.J6_ZGQ.RTIwMjYxMTIzVDA2NTgxNFotMTIzNDU2Nzg5MDEtMS1hMWIyYzOpibHVlLWdyZWVuSmJcYFxllMS4wLjGa_8gc6K3dlYi1ibHVlLzY4MWRkN2Y2MzllNTQ0ODLsrd2ViLWdyZWVuLzFmODZkMDM5OGUwYTdmZjJIbC4OBe7srEWuDk3sjqxujS3txeYMJixGTGZshoymrMbGBuYp_7GEx6Wp222Gg_IqN3ZWISw",
}
`)
})

test('a shift', () => {
  const shift = shiftOf(
    routes(3, (index) => 100 - index),
    { state: 'held', base: 500 },
  )
  expect(tags({ out: list({ strategy: 'blue-green', servers: [], shift }) })).toMatchInlineSnapshot(`
{
  "elb-rollout:out:0": "1.1.2.MVs38Q.RTIwMjYxMTIzVDA2NTgxNFotMTIzNDU2Nzg5MDEtMS1hMWIyYzOpibHVlLWdyZWVuSmJcYFxllMS4wLjGa_9Eac6K3dlYi1ibHVlLzY4MWRkN2Y2MzllNTQ0ODLsrd2ViLWdyZWVuLzFmODZkMDM5OGUwYTdmZjJIbC4OBe7srEWuDk3sjqxujS3txeYMJixGTGZshoymrMbGBuYp_7GEx6Wp222D9j8YTHpanbbYP2U8Yukr",
  "elb-rollout:out:1": "1.1.2.MVs38Q.ZJnAAAAAAAAAAMlITKuMhLUkgEGT4Q",
}
`)
})
