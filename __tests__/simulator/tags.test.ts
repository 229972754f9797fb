import { describe, expect, test } from '@jest/globals'
import { Setting } from './setting.ts'

function tags(count: number, from = 0): { Key: string; Value: string }[] {
  return Array.from({ length: count }, (_, index) => ({ Key: `key-${from + index}`, Value: 'v' }))
}

async function add(setting: Setting, Tags: object[], ResourceArns = [setting.groupArn]): Promise<object> {
  return setting.call('AddTags', { ResourceArns, Tags })
}

test('tags are added, overwritten, removed and described', async () => {
  const setting = new Setting({}, { tags: { team: 'web' } })
  await add(setting, [{ Key: 'a', Value: '1' }, { Key: 'b' }], [setting.groupArn, setting.listenerArn])
  await add(setting, [{ Key: 'a', Value: '2' }])
  await setting.call('RemoveTags', { ResourceArns: [setting.groupArn], TagKeys: ['b', 'unknown'] })
  const { TagDescriptions } = await setting.call('DescribeTags', {
    ResourceArns: [setting.groupArn, setting.listenerArn],
  })
  expect(TagDescriptions).toEqual([
    {
      ResourceArn: setting.groupArn,
      Tags: [
        { Key: 'team', Value: 'web' },
        { Key: 'a', Value: '2' },
      ],
    },
    {
      ResourceArn: setting.listenerArn,
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '' },
      ],
    },
  ])
})

describe('limits', () => {
  test('50 tags a resource, not counting those of AWS', async () => {
    const setting = new Setting({}, { tags: { 'aws:cloudformation:stack-name': 'web' } })
    await add(setting, tags(50))
    await add(setting, [{ Key: 'key-0', Value: 'overwritten' }])
    await expect(add(setting, tags(1, 50))).rejects.toMatchObject({ code: 'TooManyTags' })
  })

  test('an error on one resource leaves the others as they were', async () => {
    const setting = new Setting()
    await add(setting, tags(50))
    await expect(add(setting, tags(1, 50), [setting.listenerArn, setting.groupArn])).rejects.toMatchObject({
      code: 'TooManyTags',
    })
    expect(setting.simulator.tags(setting.listenerArn)).toEqual({})
  })

  test.each([
    ['no key', { Key: '' }],
    ['a long key', { Key: 'k'.repeat(128) }],
    ['a long value', { Key: 'k', Value: 'v'.repeat(256) }],
    ['JSON', { Key: 'k', Value: '{"a":1}' }],
    ['a comma', { Key: 'k', Value: 'a,b' }],
    ['a trailing space', { Key: 'k', Value: 'a ' }],
    ['a key of AWS', { Key: 'aws:k', Value: 'v' }],
  ])('%s is refused', async (_, tag) => {
    await expect(add(new Setting(), [tag])).rejects.toMatchObject({ code: 'ValidationError' })
  })

  test('the longest key and value, and every allowed character, are taken', async () => {
    const setting = new Setting()
    const allowed = { Key: 'k'.repeat(127), Value: 'Aé9 _.:/=+-@'.padEnd(255, 'x') }
    await add(setting, [allowed])
    expect(setting.simulator.tags(setting.groupArn)).toEqual({ [allowed.Key]: allowed.Value })
  })

  test('the same key twice in a call is refused', async () => {
    const twice = [...tags(1), ...tags(1)]
    await expect(add(new Setting(), twice)).rejects.toMatchObject({ code: 'DuplicateTagKeys' })
  })

  test('at most 20 resources are described in a call', async () => {
    const setting = new Setting()
    const describeTags = (count: number): Promise<unknown> =>
      setting.call('DescribeTags', { ResourceArns: Array(count).fill(setting.groupArn) })
    await expect(describeTags(20)).resolves.toBeDefined()
    await expect(describeTags(21)).rejects.toMatchObject({ code: 'ValidationError' })
  })

  test('a resource that is not there is not found, by its kind', async () => {
    const setting = new Setting()
    await expect(add(setting, tags(1), [`${setting.groupArn}0`])).rejects.toMatchObject({
      code: 'TargetGroupNotFound',
    })
    await expect(
      setting.call('DescribeTags', { ResourceArns: [`${setting.loadBalancerArn}0`] }),
    ).rejects.toMatchObject({ code: 'LoadBalancerNotFound' })
  })
})
