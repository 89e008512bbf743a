import { expect, it } from 'vitest'
import { EVERY_EVENT } from '../../../test/every-event.ts'
import { measure } from './measure.ts'
import { METRICS } from './metric-table.ts'

it('counts each event as what it is, with a value for each label and never a key', () => {
  for (const [event, ...expected] of EVERY_EVENT) {
    const measured: string[] = []
    measure(event, (metric, value, labels) => {
      expect(METRICS).toContain(metric)
      expect(labels).toHaveLength(metric.labels.length)
      measured.push([metric.name, value, ...labels].join(' '))
    })
    expect(measured).toEqual(expected)
    expect(measured.join()).not.toContain('secret-key')
  }
})

it('does not make a series of each error of others, whose codes are not ours to bound', () => {
  const codes: string[] = []
  for (const code of ['ENOSPC', 'ERR_INVALID_ARG_TYPE', 'ERR_UNENCODABLE_VALUE', undefined]) {
    const cause = Object.assign(new Error('failed'), { code })
    measure({ name: 'not-stored', kind: 'page', key: 'k', error: cause }, (_metric, _value, [, label]) =>
      codes.push(String(label)),
    )
  }
  expect(codes).toEqual(['other', 'other', 'ERR_UNENCODABLE_VALUE', 'other'])
})

it('feeds every metric that is no size', () => {
  const fed = new Set<string>()
  for (const [event] of EVERY_EVENT) measure(event, ({ name }) => fed.add(name))
  const counted = METRICS.filter((metric) => metric.kind !== 'gauge').map(({ name }) => name)
  expect([...fed].toSorted()).toEqual(counted.toSorted())
})
