import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { slim, USED } from '../../scripts/slim-openapi.ts'

const DESCRIPTION = {
  openapi: '3.0.3',
  info: { title: 'A service' },
  paths: {
    '/things': {
      get: {
        'x-internal': true,
        tags: ['things'],
        responses: { 200: { $ref: '#/components/responses/things' } },
      },
      post: { responses: {} },
    },
    '/others': { get: { responses: { 200: { $ref: '#/components/responses/others' } } } },
  },
  components: {
    responses: {
      things: { schema: { $ref: '#/components/schemas/thing' }, examples: { one: {} } },
      others: {},
    },
    schemas: {
      thing: {
        properties: { tags: { type: 'array' }, of: { $ref: '#/components/schemas/thing' } },
        example: {},
      },
      unused: {},
    },
  },
}

test('what is used stays, with all that it refers to; examples and extensions go, properties of such names stay', () => {
  expect(slim(DESCRIPTION, { '/things': ['get'] })).toEqual({
    openapi: '3.0.3',
    info: { title: 'A service' },
    paths: { '/things': { get: { responses: { 200: { $ref: '#/components/responses/things' } } } } },
    components: {
      responses: { things: { schema: { $ref: '#/components/schemas/thing' } } },
      schemas: {
        thing: { properties: { tags: { type: 'array' }, of: { $ref: '#/components/schemas/thing' } } },
      },
    },
  })
})

test('the file that the tests go by is as this makes it', () => {
  const file = JSON.parse(readFileSync('__tests__/support/github/openapi-slim.json', 'utf8'))
  expect(slim(file, USED)).toEqual(file)
  expect(file.info.license.name).toBe('MIT')
})
