import type { Scene } from '../stage.ts'
import { blueGreen } from './blue-green.ts'
import { cutShort } from './cut-short.ts'
import { hostileNames } from './hostile.ts'
import { inPlace } from './in-place.ts'
import { large } from './large.ts'
import { longNames } from './long-names.ts'
import { refused } from './refused.ts'

export const scenes: readonly Scene[] = [
  ...inPlace,
  ...blueGreen,
  ...refused,
  ...cutShort,
  ...large,
  ...longNames,
  ...hostileNames,
]
