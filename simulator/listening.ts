import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Starts a server and answers its URL. */
export function listen(server: Server, options: { host: string; port: number }): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options, () => {
      server.off('error', reject)
      resolve(`http://${options.host}:${(server.address() as AddressInfo).port}`)
    })
  })
}

/** Stops a server at once, whatever its connections are doing. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
