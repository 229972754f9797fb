import { DescribeInstancesCommand, type EC2Client, type Instance } from '@aws-sdk/client-ec2'
import { callsTo, options } from '../aws/call.ts'
import { allTokenPages } from '../aws/pages.ts'
import { chunksOf } from '../domain/chunks.ts'
import type { Place } from '../domain/fleet.ts'
import type { Instances } from '../domain/ports.ts'

/** The part of the SDK's client that is used. */
export type Ec2Calls = Pick<EC2Client, 'send'>

const named = callsTo('ec2')

/** "up to 200 values": https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html */
const MOST_VALUES = 200
const LARGEST_PAGE = 1_000

/** Asked by a filter: among ids given as such, one that is not known would fail the call for all of them. */
export function createInstances(client: Ec2Calls): Instances {
  return {
    async describePlaces(ids, signal) {
      const found: Instance[] = []
      for (const some of chunksOf(ids, MOST_VALUES)) {
        const asked = { Filters: [{ Name: 'instance-id', Values: some }], MaxResults: LARGEST_PAGE }
        const pages = await allTokenPages((from) => {
          const command = new DescribeInstancesCommand({ ...asked, ...from })
          return named('DescribeInstances', client.send(command, options(signal)))
        })
        found.push(
          ...pages.flatMap(({ Reservations = [] }) => Reservations.flatMap((one) => one.Instances ?? [])),
        )
      }
      return new Map(found.flatMap((instance) => placeOf(instance) ?? []))
    },
  }
}

/** One that is being launched or has been terminated may have no addresses. */
function placeOf(instance: Instance): [[string, Place]] | undefined {
  const { InstanceId: id, Placement, PrivateIpAddress, Ipv6Address } = instance
  const zone = Placement?.AvailabilityZone
  const ip = PrivateIpAddress ?? Ipv6Address
  if (id === undefined || zone === undefined) return undefined
  return [[id, { zone, ...(ip === undefined ? {} : { ip }) }]]
}
