import { expect, it } from 'vitest'
import { parsePage } from '../../../test/explorer/parsed-page.ts'
import { chart, type ChartOptions } from './chart.ts'

const OPTIONS: ChartOptions = {
  label: 'What was served',
  series: [
    { name: 'good', fill: 'fill-fresh' },
    { name: 'bad', fill: 'fill-stale' },
  ],
  columns: [
    { when: '10:00', values: [3, 1] },
    { when: '10:01', values: [0, 0] },
    { when: '10:02', values: [1, 1] },
  ],
  format: (value) => `${value}×`,
  ends: ['10:00', 'now'],
}
const shapes = (options: Partial<ChartOptions> = {}): string[] =>
  parsePage(chart({ ...OPTIONS, ...options }).toString())
    .find('rect')
    .filter(({ attributes }) => attributes['x'] !== undefined && attributes['class'] !== 'fill-none')
    .map(({ attributes: { class: fill, x, y, height } }) => [fill, x, y, height].join(' '))

it('puts the parts of a column on top of each other, the highest column over the whole height', () => {
  expect(shapes()).toEqual(['fill-fresh 1 25 75', 'fill-stale 1 0 25', 'fill-fresh 21 75 25', 'fill-stale 21 50 25'])
})

it('puts them in front of each other where they are of one thing, the largest behind', () => {
  const columns = [{ when: '10:00', values: [1, 4] }]
  expect(shapes({ columns, isLayered: true })).toEqual(['fill-stale 1 0 100', 'fill-fresh 1 75 25'])
})

it('tells the same in a table, and in words for each column', () => {
  const page = parsePage(chart(OPTIONS).toString())
  expect(page.find('td').map(({ text }) => text)).toEqual(['3×', '1×', '1×', '1×'])
  expect(page.find('title').map(({ text }) => text)).toContain('10:01: good 0×, bad 0×')
  expect(page.find('svg', { role: 'img' })).toMatchObject([{ attributes: { 'aria-label': 'What was served' } }])
})

it('says so where there is nothing to tell of', () => {
  const page = parsePage(chart({ ...OPTIONS, columns: [{ when: '10:00', values: [0, 0] }] }).toString())
  expect(page.text).toContain('Nothing to tell of yet.')
  expect(page.find('table')).toEqual([])
})
