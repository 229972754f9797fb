import type { Happening } from '../domain/events.ts'
import type { Pair, Route } from '../domain/routing.ts'
import { nameOfGroup, weightsText } from '../domain/routing.ts'
import type { Share } from '../domain/traffic.ts'

/** `share`: green's; undefined: the routes may differ. */
export const routesFound = (
  { blue, green }: Pair,
  routes: readonly Route[],
  share?: Share | undefined,
): Happening => ({
  type: 'routes-found',
  blue: nameOfGroup(blue),
  green: nameOfGroup(green),
  routes: routes.map((route) => ({ name: route.name, weights: weightsText(route) })),
  ...(share === undefined ? {} : { share }),
})
