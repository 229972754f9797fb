import type { Report } from '../domain/report.ts'
import { plural } from '../domain/wording.ts'
import { hasGoneBack, hasLostServers, isLate } from './course.ts'

/** What the verdict means, for somebody who has never heard of this project. */
export function sentence(report: Report): string {
  const { conclusion, phases, facts } = report
  switch (conclusion?.outcome) {
    case undefined:
      return soFar(report)
    case 'succeeded':
      return succeeded(report)
    case 'held':
      return 'It stopped where it was told to: the new version has a part of the traffic, and waits for somebody to decide.'
    case 'planned':
      return 'This was a dry run: everything was checked, and nothing was changed.'
    case 'refused':
      return 'Nothing was touched: it was found before the first change that this cannot, or must not, be done now.'
    case 'rolled-back':
      return isLate(report)
        ? 'It took longer than it may. The version before serves everything again, so nothing is broken now.'
        : 'The new version did not make it. The version before serves everything again, so nothing is broken now; the step is red so that nobody takes this for a deploy.'
    case 'interrupted':
      return phases.length === 0
        ? 'It was ended from outside before it had changed anything.'
        : 'It was ended from outside before it was done. What could be put back in the time left is serving.'
    case 'failed':
      return facts.mode === 'deploy' && !hasGoneBack(report)
        ? 'It stopped where it was, and a person has to decide how to go on.'
        : 'It could not be brought to a good end by itself, and a person is needed.'
  }
}

function succeeded(report: Report): string {
  const { facts, phases, isMixed } = report
  if (facts.mode === 'recover') {
    if (phases.length === 0 && isMixed)
      return 'No server was out; but a rollout before has not come to its end.'
    return phases.length === 0
      ? 'There was nothing to put right.'
      : 'An earlier run had not come to its end; what it had left is put right.'
  }
  if (phases.length === 0) return 'There was nothing to do.'
  if (facts.mode === 'rollback') return 'The rollout is undone: the version before serves again.'
  return hasLostServers(report)
    ? 'It came to its end with servers that failed: as many as it was allowed to lose, and they are out of the load balancer.'
    : 'Everything went as planned.'
}

function soFar({ phases, serversUpdated }: Report): string {
  if (phases.length === 0) return 'Nothing has been changed yet.'
  const done = phases.filter(
    ({ endedAt, stoppedBy }) => endedAt !== undefined && stoppedBy === undefined,
  ).length
  const updated = serversUpdated === 0 ? '' : `, ${plural(serversUpdated, 'server')} updated`
  return `It is under way: ${plural(done, 'phase')} done${updated}.`
}
