import { expect, test } from '@jest/globals'
import { ApiError, explain } from '../../src/domain/errors.ts'
import { withoutArns } from '../../src/domain/outcome.ts'

const denied = {
  failure: 'denied',
  permission: 'ec2:DescribeInstances',
  code: 'UnauthorizedOperation',
} as const

test('a permission that is missing is named, also where AWS does not', () => {
  const error = new ApiError({ ...denied, message: 'DescribeInstances: You are not authorized' })
  expect(explain(error)).toBe(
    'the credentials lack the permission ec2:DescribeInstances: DescribeInstances: You are not authorized',
  )
})

test.each(['credentials', 'not-found', 'rejected', 'transient'] as const)(
  '%s is told as it is',
  (failure) => {
    expect(explain(new ApiError({ ...denied, failure, message: 'it says why' }))).toBe('it says why')
  },
)

test('so is anything else', () => {
  expect(explain(new Error('it says why'))).toBe('it says why')
  expect(explain('it says why')).toBe('it says why')
})

test('neither an account nor an ARN is in a reason', () => {
  expect(
    withoutArns('Instances not in a valid state for account 123456789012: arn:aws:iam::123456789012:role/x'),
  ).toBe('Instances not in a valid state for the account: role/x')
})
