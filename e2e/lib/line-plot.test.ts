import { expect, it } from 'vitest'
import { linePlot, slopeOf } from './line-plot.ts'

it('finds the slope of the line that fits best', () => {
  expect(slopeOf([0, 1, 2, 3].map((x) => [x, 5 + 2 * x]))).toBeCloseTo(2)
  expect(
    slopeOf([
      [0, 1],
      [1, 3],
      [2, 1],
      [3, 3],
    ]),
  ).toBeCloseTo(0.4)
})

it('draws each line within the axes, with its name', () => {
  const svg = linePlot(
    [
      {
        name: 'A',
        points: [
          [0, 0],
          [10, 50],
        ],
      },
    ],
    { title: 'T', x: 'minutes', y: 'MB' },
  )
  expect(svg).toContain('points="56,264 664,56"')
  expect(svg).toContain('>A</text>')
})
