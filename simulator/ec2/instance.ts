/** What is known of an instance here. */
export interface Instance {
  readonly instanceId: string
  readonly zone: string
  /** None: it has only an IPv6 address. */
  readonly privateIpAddress?: string
  readonly ipv6Address?: string
  readonly state: 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated'
}

// InstanceState: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html
const CODES = { pending: 0, running: 16, 'shutting-down': 32, terminated: 48, stopping: 64, stopped: 80 }

/** As DescribeInstances answers it. One that is terminated has no addresses any more. */
export function shownInstance({
  instanceId,
  zone,
  state,
  privateIpAddress,
  ipv6Address,
}: Instance): ShownInstance {
  const isGone = state === 'terminated'
  return {
    InstanceId: instanceId,
    State: { Code: CODES[state], Name: state },
    Placement: { AvailabilityZone: zone },
    ...(isGone || privateIpAddress === undefined ? {} : { PrivateIpAddress: privateIpAddress }),
    ...(isGone || ipv6Address === undefined ? {} : { Ipv6Address: ipv6Address }),
  }
}

export interface ShownInstance {
  readonly InstanceId: string
  readonly State: { readonly Code: number; readonly Name: string }
  readonly Placement: { readonly AvailabilityZone: string }
  readonly PrivateIpAddress?: string
  readonly Ipv6Address?: string
}
