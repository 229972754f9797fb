import { list, oneOf, structure, text } from '../../operations/shape.ts'
import { PROCESSES } from '../group.ts'
import { operation } from './operation.ts'

/** "If you omit this property, all processes are specified." */
const input = structure({ AutoScalingGroupName: text }, { ScalingProcesses: list(oneOf(...PROCESSES)) })

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SuspendProcesses.html */
export const SuspendProcesses = operation({
  input,
  run(account, { AutoScalingGroupName, ScalingProcesses = PROCESSES }) {
    const { suspended } = account.group(AutoScalingGroupName)
    for (const process of ScalingProcesses) {
      if (!suspended.has(process)) suspended.set(process, `User suspended at ${account.now()}`)
    }
    return {}
  },
})

/** Resuming what runs changes nothing. */
export const ResumeProcesses = operation({
  input,
  run(account, { AutoScalingGroupName, ScalingProcesses = PROCESSES }) {
    const { suspended } = account.group(AutoScalingGroupName)
    for (const process of ScalingProcesses) suspended.delete(process)
    return {}
  },
})
