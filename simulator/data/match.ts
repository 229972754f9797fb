import type { IncomingMessage } from 'node:http'
import { BlockList, isIPv6 } from 'node:net'
import type { Condition } from '../account/condition.ts'
import type { Routing } from '../account/listener.ts'

type Test = (request: IncomingMessage) => boolean

/** Published routing never changes, so its conditions are read once. */
const compiled = new WeakMap<Routing, Test>()

/** The first rule, by priority, all of whose conditions the request meets. */
export function matchingRule(rules: readonly Routing[], request: IncomingMessage): Routing | undefined {
  return rules.find((rule) => testOf(rule)(request))
}

function testOf(rule: Routing): Test {
  const known = compiled.get(rule)
  if (known) return known
  const tests = rule.conditions.map(conditionTest)
  const test: Test = (request) => tests.every((each) => each(request))
  compiled.set(rule, test)
  return test
}

// What each condition compares, and how: "Condition types for listener rules", Application Load Balancers.
function conditionTest(condition: Condition): Test {
  switch (condition.Field) {
    case 'path-pattern':
      return anyPattern(
        condition.PathPatternConfig?.Values,
        { flags: '' },
        (request) => target(request).pathname,
      )
    case 'host-header':
      return anyPattern(condition.HostHeaderConfig?.Values, { flags: 'i' }, (request) => hostName(request))
    case 'http-header':
      return headerTest(condition)
    case 'query-string':
      return queryTest(condition)
    case 'http-request-method':
      return (request) => condition.HttpRequestMethodConfig?.Values?.includes(request.method ?? '') ?? false
    default:
      return sourceTest(condition)
  }
}

function headerTest({ HttpHeaderConfig }: Condition): Test {
  const name = HttpHeaderConfig?.HttpHeaderName?.toLowerCase() ?? ''
  return anyPattern(HttpHeaderConfig?.Values, { flags: 'i' }, (request) => {
    const value = request.headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  })
}

/** Each value is a key and a value, or a value alone, which any key may have. */
function queryTest({ QueryStringConfig }: Condition): Test {
  const pairs = (QueryStringConfig?.Values ?? []).map(({ Key, Value }) => ({
    key: pattern(Key ?? '*', 'i'),
    value: pattern(Value ?? '*', 'i'),
  }))
  return (request) => {
    const given = [...target(request).searchParams]
    return pairs.some((pair) => given.some(([key, value]) => pair.key.test(key) && pair.value.test(value)))
  }
}

function sourceTest({ SourceIpConfig }: Condition): Test {
  const sources = new BlockList()
  for (const block of SourceIpConfig?.Values ?? []) {
    const [address = '', length = ''] = block.split('/')
    sources.addSubnet(address, Number(length), family(address))
  }
  return ({ socket }) => sources.check(socket.remoteAddress ?? '', family(socket.remoteAddress ?? ''))
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4'
}

function anyPattern(
  values: readonly string[] | undefined,
  { flags }: { flags: string },
  read: (request: IncomingMessage) => string | undefined,
): Test {
  const patterns = (values ?? []).map((value) => pattern(value, flags))
  return (request) => {
    const value = read(request)
    return value !== undefined && patterns.some((each) => each.test(value))
  }
}

/** `*` stands for any characters, `?` for exactly one. */
function pattern(wildcards: string, flags: string): RegExp {
  const source = wildcards
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, `s${flags}`)
}

/** Split by hand: `new URL` would rewrite the path, which the load balancer does not. */
export function target(request: IncomingMessage): {
  pathname: string
  query: string
  searchParams: URLSearchParams
} {
  const url = request.url ?? '/'
  const mark = url.indexOf('?')
  const query = mark < 0 ? '' : url.slice(mark + 1)
  return { pathname: mark < 0 ? url : url.slice(0, mark), query, searchParams: new URLSearchParams(query) }
}

/** The Host header without its port. */
export function hostName(request: IncomingMessage): string {
  return (request.headers.host ?? '').replace(/:\d+$/, '')
}
