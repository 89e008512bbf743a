import { expect, it } from 'vitest'
import { RenderStarts } from './render-starts.ts'

const start = (order: number) => ({ seen: 0, order, version: 0 })

it('tells what was known at a moment, and nothing of what was before', () => {
  const starts = new RenderStarts()
  for (const [at, order] of [
    [10, 1],
    [20, 1],
    [30, 2],
  ] as const)
    starts.note(at, start(order))
  expect([9.9, 10, 29.9, 30, 1e9].map((at) => starts.at(at).order)).toEqual([0, 1, 1, 2, 2])
})

it('is bounded: what is forgotten knew nothing', () => {
  const starts = new RenderStarts()
  for (let order = 1; order <= 1500; order++) starts.note(order, start(order))
  expect([starts.at(500).order, starts.at(501).order, starts.at(1500).order]).toEqual([0, 501, 1500])
})
