import type { AutoScaling } from '../../simulator/auto-scaling/auto-scaling.ts'
import type { AwsError } from '../../simulator/aws-error.ts'
import type { Simulator } from '../../simulator/simulator.ts'
import type { AutoScalingCalls } from '../../src/auto-scaling/client.ts'
import type { Elbv2Client } from '../../src/elbv2/load-balancer.ts'

/** The real adapter on the simulator without the wire: thousands of rollouts in virtual time. */
export function inProcessClient(simulator: Pick<Simulator, 'call'>): Elbv2Client {
  const send = async (command: { input: object }): Promise<object> => {
    const operation = command.constructor.name.replace(/Command$/, '')
    try {
      return await simulator.call(operation, command.input)
    } catch (error) {
      throw asSdkError(error as AwsError)
    }
  }
  return { send: send as Elbv2Client['send'] }
}

/** The same for Auto Scaling. */
export function inProcessAutoScaling(autoScaling: AutoScaling): AutoScalingCalls {
  return inProcessClient(autoScaling) as unknown as AutoScalingCalls
}

/** The SDK names modelled errors after their class, and keeps the wire's code for the others. */
function asSdkError(error: AwsError): Error {
  if (error.status === 0) return Object.assign(new Error(error.message), { code: error.code })
  const modelled =
    /NotFound$|^InvalidTarget$|^TooMany|^InvalidLoadBalancerAction$|^TargetGroupAssociationLimit$|^OperationNotPermitted$/.test(
      error.code,
    )
  return Object.assign(new Error(error.message), {
    name: modelled ? `${error.code}Exception` : error.code,
    $metadata: { httpStatusCode: error.status },
  })
}
