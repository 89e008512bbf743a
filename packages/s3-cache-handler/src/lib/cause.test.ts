import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { captureCauses, currentCause, onBehalf } from './cause.ts'
import { WriteQueue } from './writes/write-queue.ts'

const request = new AsyncLocalStorage<string>()

function trace(): () => void {
  const end = captureCauses(() => request.getStore())
  onTestFinished(end)
  return end
}

it('is known where the context of the request is not, also after a wait', async () => {
  trace()
  const seen = await request.run('a', () =>
    onBehalf(async () => {
      await sleep(1)
      return [request.getStore(), currentCause()]
    }),
  )
  expect(seen).toEqual([undefined, 'a'])
})

it('is that of the outer call for a call within another', () => {
  trace()
  expect(request.run('a', () => onBehalf(() => onBehalf(currentCause)))).toBe('a')
})

it('is unknown while nobody wants to know, and no longer known then', () => {
  const ask = (): unknown => request.run('a', () => onBehalf(currentCause))
  expect(ask()).toBeUndefined()
  const end = trace()
  const endOther = captureCauses(() => 'other')
  end()
  expect(ask()).toBe('other')
  endOther()
  expect(ask()).toBeUndefined()
})

it('is that of who queued a write, whoever makes room for it', async () => {
  trace()
  const written: unknown[] = []
  const queue = new WriteQueue<string, void>({
    write: async (objectKey) => {
      await sleep(1)
      written.push([objectKey, currentCause()])
    },
    sizeOf: () => 1,
    maxBytes: 100,
    concurrency: 1,
  })
  for (const name of ['a', 'b', 'c']) void request.run(name, () => onBehalf(() => queue.add(name, name)))
  void queue.add('nobody', 'x')
  await queue.drain(5000)
  expect(written).toEqual([
    ['a', 'a'],
    ['b', 'b'],
    ['c', 'c'],
    ['nobody', undefined],
  ])
})
