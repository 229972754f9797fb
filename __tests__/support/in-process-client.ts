import type { AutoScaling } from '../../simulator/auto-scaling/auto-scaling.ts'
import type { AwsError } from '../../simulator/aws-error.ts'
import type { Ec2 } from '../../simulator/ec2/ec2.ts'
import type { Simulator } from '../../simulator/simulator.ts'
import type { AutoScalingCalls } from '../../src/auto-scaling/client.ts'
import type { Ec2Calls } from '../../src/ec2/instances.ts'
import type { Elbv2Client } from '../../src/elbv2/load-balancer.ts'

/** The real adapter on the simulator without the wire: thousands of rollouts in virtual time. */
export const inProcessClient = (simulator: Simulator): Elbv2Client => ({
  send: sending(simulator) as Elbv2Client['send'],
})

type Send = (command: object, options?: { abortSignal?: AbortSignal }) => Promise<object>

/** Aborted as the SDK aborts. */
export function inProcessEc2(ec2: Ec2): Ec2Calls {
  const answer = sending(ec2) as Send
  const send: Send = (command, { abortSignal } = {}) =>
    Promise.race([
      answer(command),
      new Promise<never>((_, reject) =>
        abortSignal?.addEventListener('abort', () =>
          reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' })),
        ),
      ),
    ])
  return { send: send as Ec2Calls['send'] }
}

function sending(service: { call(action: string, input: object): Promise<object> }): unknown {
  return async (command: { input: object }): Promise<object> => {
    const operation = command.constructor.name.replace(/Command$/, '')
    try {
      return await service.call(operation, command.input)
    } catch (error) {
      throw asSdkError(error as AwsError)
    }
  }
}

/** The same for Auto Scaling. */
export const inProcessAutoScaling = (autoScaling: AutoScaling): AutoScalingCalls => ({
  send: sending(autoScaling) as AutoScalingCalls['send'],
})

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
