import { expect, test } from '@jest/globals'
import { decodeParameters } from '../../simulator/api/decode.ts'
import { encodeError, encodeResult } from '../../simulator/api/encode.ts'
import { validationError } from '../../simulator/aws-error.ts'

const ENVELOPE = { requestId: 'id', namespace: 'http://example.com/doc/' }

test('lists, maps and structures are read, in the order of their numbers', () => {
  const parameters = new URLSearchParams([
    ['ListenerArn', 'arn'],
    ['Actions.member.2.Type', 'forward'],
    ['Actions.member.2.ForwardConfig.TargetGroups.member.1.Weight', '0'],
    ['Actions.member.1.Type', 'authenticate-oidc'],
    ['Actions.member.1.Config.Extra.entry.1.key', 'display'],
    ['Actions.member.1.Config.Extra.entry.1.value', 'page'],
    ['Targets', ''],
    ['Ids.member.10', 'j'],
    ['Ids.member.9', 'i'],
  ])
  expect(decodeParameters(parameters)).toEqual({
    ListenerArn: 'arn',
    Actions: [
      { Type: 'authenticate-oidc', Config: { Extra: { display: 'page' } } },
      { Type: 'forward', ForwardConfig: { TargetGroups: [{ Weight: '0' }] } },
    ],
    Targets: '',
    Ids: ['i', 'j'],
  })
})

test('results are written as members, and what is undefined is left out', () => {
  const result = {
    Tags: [{ Key: 'a', Value: '' }],
    Empty: [],
    At: new Date(0),
    On: true,
    Port: 80,
    None: undefined,
  }
  expect(encodeResult('X', result, ENVELOPE)).toContain(
    '<XResult><Tags><member><Key>a</Key><Value/></member></Tags><Empty/><At>1970-01-01T00:00:00.000Z</At>' +
      '<On>true</On><Port>80</Port></XResult>',
  )
})

test('text that XML cannot hold is escaped or replaced', () => {
  const xml = encodeError(validationError('<a href="x">\'&\t\r\n\u0000\u001f\ud800é😀'), ENVELOPE)
  expect(xml).toContain(
    '<Message>&lt;a href=&quot;x&quot;&gt;&apos;&amp;&#x9;&#xD;&#xA;\ufffd\ufffd\ufffdé😀</Message>',
  )
})
