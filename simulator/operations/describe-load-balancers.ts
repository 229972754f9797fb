import type { Account } from '../account/account.ts'
import type { LoadBalancer } from '../account/load-balancer.ts'
import { senderError, validationError } from '../aws-error.ts'
import { operation } from './operation.ts'
import { pageOf, paging } from './page.ts'
import { list, structure, text } from './shape.ts'

export const DescribeLoadBalancers = operation({
  bucket: 'non-mutating',
  input: structure({}, { ...paging, LoadBalancerArns: list(text, 20), Names: list(text) }),
  run(account, input) {
    const page = pageOf(chosen(account, input), { ...input, most: account.behaviour.pageSize })
    return { LoadBalancers: page.items.map((each) => describe(account, each)), ...page.next }
  },
})

function chosen(
  account: Account,
  {
    LoadBalancerArns,
    Names,
  }: { readonly LoadBalancerArns?: readonly string[]; readonly Names?: readonly string[] },
): LoadBalancer[] {
  const all = [...account.loadBalancers.values()]
  if (LoadBalancerArns && Names) {
    throw validationError('Load balancer names and load balancer ARNs cannot be specified at the same time')
  }
  if (LoadBalancerArns) return LoadBalancerArns.map((arn) => account.loadBalancer(arn))
  return Names ? Names.map((name) => named(all, name)) : all
}

function named(all: readonly LoadBalancer[], name: string): LoadBalancer {
  const found = all.find((each) => each.name === name)
  if (found) return found
  throw senderError('LoadBalancerNotFound', 'One or more load balancers not found')
}

function describe(account: Account, loadBalancer: LoadBalancer): object {
  const isApplication = loadBalancer.type === 'application'
  return {
    LoadBalancerArn: loadBalancer.arn,
    DNSName: `${loadBalancer.name}-${loadBalancer.arn.slice(-8)}.${account.arns.region}.elb.amazonaws.com`,
    CanonicalHostedZoneId: 'Z35SXDOTRQ7X7K',
    CreatedTime: new Date(loadBalancer.createdAt),
    LoadBalancerName: loadBalancer.name,
    Scheme: 'internet-facing',
    VpcId: 'vpc-0a1b2c3d4e5f60718',
    State: { Code: 'active' },
    Type: loadBalancer.type,
    AvailabilityZones: loadBalancer.zones.map((ZoneName, index) => ({
      ZoneName,
      SubnetId: `subnet-${String(index).padStart(17, '0')}`,
      LoadBalancerAddresses: [],
    })),
    ...(isApplication ? { SecurityGroups: ['sg-0a1b2c3d4e5f60718'] } : {}),
    IpAddressType: 'ipv4',
  }
}
