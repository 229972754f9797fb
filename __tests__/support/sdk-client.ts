import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { VirtualClock } from '../../simulator/clock.ts'
import type { Simulator } from '../../simulator/simulator.ts'
import type { Elbv2Client } from '../../src/elbv2/load-balancer.ts'
import { config, elbv2Handler, held } from './in-process-handler.ts'

/** The real client on the simulator, without a wire. */
export const sdkClient = (clock: VirtualClock, simulator: Simulator): Elbv2Client =>
  held(new ElasticLoadBalancingV2Client(config(elbv2Handler(clock, simulator))), clock)
