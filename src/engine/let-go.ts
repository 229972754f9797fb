import type { Conclusion, Course } from '../domain/outcome.ts'
import { idList } from '../domain/wording.ts'
import { notUpdated } from './arrivals.ts'
import type { Cleared } from './cleared.ts'
import { resumeProcesses } from './processes.ts'
import type { Scene } from './scene.ts'

const isCutShort = ({ forward, back }: Course): boolean =>
  forward?.cause === 'cancel' || back?.cause === 'cancel'

/** Servers that the post step waits for before it lets their groups go on; undefined: it does not have to. */
export function stillWatched({ tenure }: Cleared, course: Course): readonly string[] | undefined {
  if (!isCutShort(course) || tenure.suspended.length === 0) return undefined
  return course.progress.where(({ place }) => place !== 'in')
}

/**
 * What was cut short leaves that to the post step: servers that have just been put back do not pass for healthy yet, and
 * their group would replace them. Answers the groups that stay suspended.
 */
export async function letGo(scene: Scene, { tenure }: Cleared, course: Course): Promise<readonly string[]> {
  const { progress } = course
  if (isCutShort(course)) return tenure.suspended.map(({ group }) => group)
  const out = progress.where(({ place }) => place === 'out')
  if (out.length > 0 && tenure.suspended.length > 0) {
    const text = `${idList(out)} ${out.length === 1 ? 'stays' : 'stay'} out of the load balancer: Auto Scaling may replace what it holds to be unhealthy`
    scene.emit({ type: 'warned', text })
  }
  return resumeProcesses(scene, tenure)
}

/** Why they were left as they are. */
export function tellStragglers({ emit }: Scene, stragglers: Cleared['stragglers'] = new Map()): void {
  for (const [id, why] of stragglers) {
    if (why !== undefined)
      emit({ type: 'warned', text: `${id} came while the rollout was under way, but ${why}` })
  }
}

export function withRemarks(
  conclusion: Conclusion,
  { suspended, stragglers }: { suspended: readonly string[]; stragglers: readonly string[] },
): Conclusion {
  const remarks = [
    ...(stragglers.length === 0 ? [] : [notUpdated(stragglers)]),
    ...(suspended.length === 0
      ? []
      : [
          `processes of Auto Scaling group ${idList(suspended)} stay suspended until the post step, mode: recover or the next deploy has put right what is left`,
        ]),
  ]
  return { ...conclusion, reason: [conclusion.reason, ...remarks].join('; ') }
}
