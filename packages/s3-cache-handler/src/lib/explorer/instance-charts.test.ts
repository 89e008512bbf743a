import { expect, it } from 'vitest'
import { parsePage } from '../../../test/explorer/parsed-page.ts'
import { History } from './history.ts'
import { chartsOf } from './instance-charts.ts'

const MINUTE = 60_000

/** What is told of a month by an instance that has sent a thousand GETs, $0.0004, so long after it began to count. */
function monthAfter(ms: number, { count = 60, minutesEach = 1, isAnswered = true } = {}): string | undefined {
  const began = 30 * MINUTE + 20_000
  let now = began
  const history = new History(() => now)
  for (let request = 0; request < 1000; request++) {
    const where = { bucket: 'b', objectKey: 'k', origin: 'http://s3.test' }
    const answer = { status: isAnswered ? 200 : undefined, storeCode: undefined, isFailure: false, durationMs: 1 }
    history.record({ name: 'request', operation: 'GetObject', ...where, ...answer })
  }
  now = began + ms
  const shown = { spans: history.spans(count, minutesEach), name: 'Now', since: history.since, now: history.now() }
  const page = parsePage(`<body>${chartsOf(shown).toString()}</body>`)
  const figure = page.find('div').find(({ inside: [name] }) => name?.text === 'a month, at this pace')
  return figure?.inside[1]?.text
}

it('tells of a month by the time that has passed, not by what is left of the minute', () => {
  expect(monthAfter(90_000)).toBe('$11.52')
  expect(monthAfter(90_000, { count: 96, minutesEach: 15 })).toBe('$11.52')
  expect(monthAfter(10 * MINUTE)).toBe('$1.73')
})

it('tells nothing of a month in the first minute', () => {
  expect(monthAfter(0)).toBe('–')
  expect(monthAfter(MINUTE - 1)).toBe('–')
  expect(monthAfter(MINUTE)).toBe('$17.28')
})

it('prices nothing of what got no answer', () => {
  expect(monthAfter(MINUTE, { isAnswered: false })).toBe('$0.00')
})
