import { expect, test } from '@jest/globals'
import type { Server } from '../../src/domain/fleet.ts'
import { fillText, fillUrl } from '../../src/gates/placeholders.ts'

const serverOf = (id: string): Server => ({
  id,
  registrations: [
    { groupArn: 'arn:web', target: { id, port: 8080 } },
    { groupArn: 'arn:admin', target: { id, port: 9090 } },
  ],
})

const url = (template: string, id: string, version = 'v2') =>
  fillUrl(template, { version, server: serverOf(id) }).href

test.each([
  ['http://{ip}:{port}/{version}', '10.0.0.1', 'http://10.0.0.1:8080/v2'],
  ['http://{ip}:{port}/{ip}', '2001:db8::1', 'http://[2001:db8::1]:8080/2001%3Adb8%3A%3A1'],
  ['http://[{id}]:{port}?at={id}', '2001:db8::1', 'http://[2001:db8::1]:8080/?at=2001%3Adb8%3A%3A1'],
  ['https://{id}.internal/', 'i-0abc', 'https://i-0abc.internal/'],
  ['https://gateway/{id}/health', 'i-0abc', 'https://gateway/i-0abc/health'],
])('fills in %s for %s', (template, id, expected) => {
  expect(url(template, id)).toBe(expected)
})

test('fills in the address of an instance, where it is known', () => {
  const server = { ...serverOf('i-0abc'), place: { zone: 'eu-west-1a', ip: '10.0.0.7' } }
  expect(fillUrl('http://{ip}:{port}/{id}', { version: 'v2', server }).href).toBe(
    'http://10.0.0.7:8080/i-0abc',
  )
})

test.each([
  ['a/../b?c#d', 'a%2F..%2Fb%3Fc%23d'],
  ['$& $1 {id}', '%24%26%20%241%20%7Bid%7D'],
  ['a\r\nHost: evil', 'a%0D%0AHost%3A%20evil'],
  ['ü', '%C3%BC'],
])('a version stays one part of the path: %j', (version, expected) => {
  expect(url('http://web/v/{version}/up', 'i-1', version)).toBe(`http://web/v/${expected}/up`)
})

test.each(['evil.com/', 'user@evil.com', 'evil.com:80', 'evil.com#', 'evil.com?', 'a\\b', ' '])(
  'a value in the host leads nowhere else: %j',
  (version) => {
    expect(() => url('http://{version}.web/', 'i-1', version)).toThrow('not valid')
  },
)

test.each([
  ['http://{ip}/', { version: 'v2', server: serverOf('i-1') }, '{ip} is not known'],
  ['http://web/{id}', { version: 'v2' }, '{id} is not known'],
  ['http://web:{port}/', { version: 'v2', server: { id: 'i-1', registrations: [] } }, '{port} is not known'],
  ['web/{version}', { version: 'v2' }, 'not valid'],
  ['file:///etc/{version}', { version: 'passwd' }, 'neither http nor https'],
])('cannot fill in %s', (template, subject, reason) => {
  expect(() => fillUrl(template, subject)).toThrow(reason)
})

test('fills in a text as it is', () => {
  const subject = { version: 'a/b $&', server: serverOf('2001:db8::1') }
  expect(fillText('{version} {id} {ip} {port} {other}', subject)).toBe(
    'a/b $& 2001:db8::1 2001:db8::1 8080 {other}',
  )
})
