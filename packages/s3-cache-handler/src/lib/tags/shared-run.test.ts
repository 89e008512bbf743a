import { expect, it } from 'vitest'
import { deferred } from '../../../test/fake-store.ts'
import { settle } from '../../../test/manual-runtime.ts'
import { SharedRun } from './shared-run.ts'

it('gives everyone a run that began after the call, and shares it among those who wait', async () => {
  const gates = [deferred(), deferred(), deferred()]
  let started = 0
  const run = new SharedRun(() => gates[started++]?.promise ?? Promise.resolve())
  const ended: string[] = []
  const note = (name: string) => (): void => void ended.push(name)
  const first = run.run().then(note('first'))
  const others = [run.run().then(note('second')), run.run().then(note('third'))]
  await settle()
  expect(started).toBe(1)
  gates[0]?.resolve()
  await first
  await settle()
  expect([started, ended]).toEqual([2, ['first']])
  gates[1]?.resolve()
  await Promise.all(others)
  expect([started, ended]).toEqual([2, ['first', 'second', 'third']])
})

it('rejects for those who share a run that failed, and for nobody else', async () => {
  let started = 0
  const run = new SharedRun(async () => {
    if (++started === 1) throw new Error('the first')
  })
  const results = await Promise.allSettled([run.run(), run.run()])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  expect(started).toBe(2)
})
