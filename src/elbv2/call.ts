import { callsTo } from '../aws/call.ts'

export const named = callsTo('elasticloadbalancing')
