/** All that needs CloudWatch, behind one door: it is opened only when it is needed, as the client takes time to load. */
export { createCanaryGate } from './canary-metrics.ts'
export { createAlarmWatch } from './cloudwatch-alarms.ts'
export { createCloudWatchClient } from './cloudwatch-client.ts'
