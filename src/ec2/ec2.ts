/** All that needs EC2, behind one door: it is opened only when it is needed, as the client takes time to load. */
export { createEc2Client } from './client.ts'
export { createInstances } from './instances.ts'
