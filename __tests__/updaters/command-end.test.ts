import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { until } from './real-clock.ts'
import { Running } from './running.ts'

const running = Running.forEachTest()

test('ends with SIGTERM what takes too long', async () => {
  const end = await running.run('echo begun; sleep 1000; echo not reached', {
    clock: running.timeoutAfterLine,
  })
  expect(end).toEqual({ ended: true, cut: 'timeout', signalled: 'SIGTERM', exit: { signal: 'SIGTERM' } })
  expect(running.lines).toEqual(['begun'])
})

test('lets a script end in its own way after SIGTERM', async () => {
  const script = `trap 'echo cleaned; exit 7' TERM; touch ready; while :; do sleep 0.01; done`
  const abort = new AbortController()
  const end = running.run(script, { signal: abort.signal })
  await until(() => running.place.has('ready'))
  abort.abort()
  expect(await end).toEqual({ ended: true, cut: 'abort', signalled: 'SIGTERM', exit: { code: 7 } })
  expect(running.lines.at(-1)).toBe('cleaned')
})

test('ends with SIGKILL a tree that ignores SIGTERM', async () => {
  const script = `trap '' TERM; (sleep 1000 & sleep 1000 & wait) & sleep 1000 & echo begun; wait`
  const end = await running.run(script, { clock: running.timeoutAfterLine, graces: { termMs: 50 } })
  expect(end).toEqual({ ended: true, cut: 'timeout', signalled: 'SIGKILL', exit: { signal: 'SIGKILL' } })
  expect(running.lines).toEqual(['begun'])
})

test('says that it could not end what is still there after SIGKILL', async () => {
  const graces = { termMs: 0, killMs: 0 }
  const script = `trap '' TERM; sleep 1000 & echo begun; wait`
  const end = await running.run(script, { clock: running.timeoutAfterLine, graces })
  expect(end).toEqual({ ended: false, cut: 'timeout', signalled: 'SIGKILL' })
  await until(() => running.place.processes().length === 0)
})

test('ends what `timeout` and job control have put into groups of their own', async () => {
  const script = `timeout 1000 sleep 1000 & set -m; (sleep 1000; true) &
    until [ "$(ps -o pgid= -s $$ | sort -u | wc -l)" -ge 3 ]; do sleep 0.01; done; echo begun; wait`
  const end = await running.run(script, { clock: running.timeoutAfterLine })
  expect(end).toMatchObject({ ended: true, cut: 'timeout', signalled: 'SIGTERM' })
})

test('an abort shortens a grace that has begun', async () => {
  const abort = new AbortController()
  const script = `trap 'touch told' TERM; echo begun; while :; do sleep 0.01 || true; done`
  const graces = { termMs: 60_000, abortMs: 50 }
  const end = running.run(script, { signal: abort.signal, clock: running.timeoutAfterLine, graces })
  await until(() => running.place.has('told'))
  abort.abort()
  expect(await end).toMatchObject({ ended: true, cut: 'timeout', signalled: 'SIGKILL' })
})

test('ends a command that is aborted before it starts', async () => {
  const end = await running.run('sleep 1000', { signal: AbortSignal.abort() })
  expect(end).toMatchObject({ ended: true, cut: 'abort' })
})

test('ends what the script has left running, and says so', async () => {
  const end = await running.run('sleep 1000 & trap "" TERM; sleep 1000 & echo done', {
    graces: { strayMs: 50, termMs: 50 },
  })
  expect(end).toEqual({ ended: true, exit: { code: 0 }, signalled: 'SIGKILL' })
  expect(running.lines).toEqual([
    'done',
    expect.stringMatching(/^elb-rollout: processes that the script left running/),
  ])
})

test('gives what is about to end the time to do so', async () => {
  const end = await running.run('(sleep 0.05; echo late) &', { graces: { strayMs: 10_000 } })
  expect(end).toEqual({ ended: true, exit: { code: 0 } })
  expect(running.lines).toEqual(['late'])
})

test('does not count a zombie that nobody reaps', async () => {
  // It ends only when its parent has become a program that does not wait for it.
  const zombie = 'until read -r name < /proc/$$/comm && [[ $name == sleep ]]; do sleep 0.01; done'
  const script = `bash -c '(${zombie}) & echo $! > zombie; exec setsid sleep 1000' & echo $! > parent
    until [[ -s zombie ]] && read -r _ _ state _ < "/proc/$(<zombie)/stat" && [[ $state == Z ]] &&
      read -r _ _ _ _ _ session _ < /proc/$!/stat && [[ $session == $! ]]; do sleep 0.01; done`
  const end = await running.run(script, { graces: { strayMs: 60_000 } })
  expect(end).toEqual({ ended: true, exit: { code: 0 } })
  expect(readFileSync(`/proc/${Number(running.place.read('zombie'))}/stat`, 'utf8')).toContain(' Z ')
  process.kill(Number(running.place.read('parent')), 'SIGKILL')
  await until(() => running.place.processes().length === 0)
})

test('does not wait for a process that has left the session, though it holds the output', async () => {
  const end = await running.run(
    `setsid sleep 1000 & echo $! > pid; 
      until read -r _ _ _ _ _ session _ < /proc/$!/stat && [[ $session == $! ]]; do sleep 0.01; done; echo done`,
  )
  expect(end).toEqual({ ended: true, exit: { code: 0 } })
  expect(running.lines).toEqual(['done'])
  const pid = Number(running.place.read('pid'))
  expect(running.place.processes()).toEqual([pid])
  process.kill(pid, 'SIGKILL')
  await until(() => running.place.processes().length === 0)
})

test('does not wait for a process that has left the session and writes for ever', async () => {
  const end = await running.run(
    `setsid bash -c 'echo $$ > pid; while :; do echo noise; sleep 0.01; done' & until [ -s pid ]; do sleep 0.01; done`,
  )
  expect(end).toEqual({ ended: true, exit: { code: 0 } })
  const told = running.lines.length
  process.kill(Number(running.place.read('pid')), 'SIGKILL')
  await until(() => running.place.processes().length === 0)
  expect(running.lines).toHaveLength(told)
})
