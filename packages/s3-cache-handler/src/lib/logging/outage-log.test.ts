import { beforeEach, expect, it } from 'vitest'
import { OutageLog } from './outage-log.ts'

const SECOND = 1000

let now: number
let lines: string[]
let log: OutageLog

beforeEach(() => {
  now = 0
  lines = []
  log = new OutageLog(
    { error: (line) => lines.push(`error ${line}`), info: (line) => lines.push(`info ${line}`) },
    () => now,
  )
})

it('says once that a kind of failure begins', () => {
  for (let count = 0; count < 200; count++) log.failed('Reading', `no answer ${count}`)
  expect(lines).toEqual(['error no answer 0'])
})

it('says every 60 s how long it lasts, with the count and the last reason', () => {
  log.failed('Reading', 'first')
  now = 59 * SECOND
  log.failed('Reading', 'second')
  expect(lines).toHaveLength(1)
  now = 60 * SECOND
  log.failed('Reading', 'third')
  log.failed('Reading', 'fourth')
  now = 119 * SECOND
  log.failed('Reading', 'fifth')
  now = 120 * SECOND
  log.failed('Reading', 'sixth')
  expect(lines.slice(1)).toEqual([
    'error Reading has failed for 60 s, 3 failures; last: third',
    'error Reading has failed for 120 s, 6 failures; last: sixth',
  ])
})

it('says when it ends, with how long it lasted and the count', () => {
  log.failed('Reading', 'first')
  now = 42 * SECOND
  log.failed('Reading', 'second')
  log.recovered('Reading')
  log.recovered('Reading')
  expect(lines.slice(1)).toEqual(['info Reading works again, after 42 s and 2 failures'])
})

it('says nothing of the end of what never began', () => {
  log.recovered('Reading')
  expect(lines).toEqual([])
})

it('tells kinds of failures apart', () => {
  log.failed('Reading', 'a')
  log.failed('Writing', 'b')
  log.recovered('Writing')
  log.failed('Reading', 'c')
  expect(lines).toEqual(['error a', 'error b', 'info Writing works again, after 0 s and 1 failure'])
})

it('says it again when it begins again a minute after the last line', () => {
  log.failed('Reading', 'first')
  log.recovered('Reading')
  now = 60 * SECOND
  log.failed('Reading', 'second')
  log.recovered('Reading')
  expect(lines.filter((line) => line.startsWith('error'))).toEqual(['error first', 'error second'])
})

it('prints no more than two lines a minute, however often a failure comes and goes', () => {
  const MINUTES = 10
  for (now = 0; now < MINUTES * 60 * SECOND; now += 100) {
    log.failed('Reading', 'again')
    log.failed('Reading', 'and again')
    log.recovered('Reading')
  }
  expect(lines.length).toBeLessThanOrEqual(MINUTES * 2)
  expect(lines.filter((line) => line.startsWith('error'))).toHaveLength(MINUTES)
})

it('prints one error a minute while a failure lasts, and one line more at its end', () => {
  const MINUTES = 10
  for (now = 0; now < MINUTES * 60 * SECOND; now += 500) log.failed('Reading', 'still')
  log.recovered('Reading')
  expect(lines).toHaveLength(MINUTES + 1)
})

it('counts and tells an outage that began soon after another, once it has lasted', () => {
  log.failed('Reading', 'first')
  log.recovered('Reading')
  now = 10 * SECOND
  log.failed('Reading', 'second')
  now = 70 * SECOND
  log.failed('Reading', 'third')
  log.recovered('Reading')
  expect(lines.filter((line) => line.startsWith('error'))).toHaveLength(2)
  expect(lines.at(-1)).toMatch(/^info Reading works again/)
})

it('takes a failure after a minute without any for a new one, since not every kind has a success that ends it', () => {
  log.failed('Reading', 'first')
  now = 24 * 60 * 60 * SECOND
  log.failed('Reading', 'a day later')
  expect(lines).toEqual(['error first', 'error a day later'])
})
