import { beforeEach, expect, it } from 'vitest'
import { storeError } from '../../../test/fake-store.ts'
import type { Emit } from '../cache-events.ts'
import type { Logger } from '../options/options.ts'
import { createEventLog } from './log-events.ts'

let lines: string[]
let details: string[]
let log: Emit

const logger: Logger = {
  error: (line) => lines.push(`error ${line}`),
  warn: (line) => lines.push(`warn ${line}`),
  info: (line) => lines.push(`info ${line}`),
  debug: (line) => details.push(line),
}

beforeEach(() => {
  lines = []
  details = []
  log = createEventLog(logger, 'info')
})

it('prints a few lines for an outage, not one a request', () => {
  const error = storeError('ERR_OBJECT_STORE_UNREACHABLE')
  for (let count = 0; count < 200; count++)
    log({ name: 'store-failed', operation: 'get', objectKey: `k${count}`, error })
  log({ name: 'store-failed', operation: 'put', objectKey: 'k', error })
  log({ name: 'store-recovered', operation: 'get' })
  expect(lines).toEqual([
    `error ${error.message}`,
    `error ${error.message}`,
    expect.stringMatching(/^info The object store's get works again, after \d+ s and 200 failures$/),
  ])
})

it('says which entry cannot be read, and why', () => {
  log({ name: 'corrupt', objectKey: 'v1/entries/x', reason: 'checksum' })
  expect(lines).toEqual(['error "v1/entries/x" cannot be read: checksum'])
})

it('says what is wrong with the configuration, and what follows', () => {
  log({ name: 'misconfigured', error: new Error('"bucket" is not set') })
  expect(lines).toEqual(['error "bucket" is not set; pages are cached in this process only'])
})

it('says how many entries were lost at the end, if any', () => {
  log({ name: 'drained', left: 0, invalidationsLeft: 0 })
  expect(lines).toEqual([])
  log({ name: 'drained', left: 3, invalidationsLeft: 2 })
  expect(lines).toEqual([
    'error 3 cache entries could not be written before the process ended',
    'error 2 invalidations could not be stored before the process ended: other instances go on with what they cover',
  ])
})

it('says that an invalidation is not stored, each minute while it lasts, and when it is', () => {
  log({ name: 'invalidation-failed', waiting: 2, error: storeError('ERR_OBJECT_STORE_TIMEOUT') })
  log({ name: 'invalidation-failed', waiting: 2, error: storeError('ERR_OBJECT_STORE_TIMEOUT') })
  expect(lines).toEqual([expect.stringContaining('other instances do not know of it; it is tried again (2 wait)')])
  log({ name: 'announced', subjects: 2 })
  expect(lines[1]).toContain('Storing invalidations works again')
})

it('says once that a role may not read the tag log, and leaves the failures of the store to the store', () => {
  log({ name: 'refresh-failed', denied: false, error: storeError('ERR_OBJECT_STORE_TIMEOUT') })
  expect(lines).toEqual([])
  for (let check = 0; check < 3; check++) {
    log({ name: 'refresh-failed', denied: true, error: storeError('ERR_OBJECT_STORE_DENIED') })
  }
  expect(lines).toEqual([expect.stringContaining('What other instances invalidate cannot be seen')])
})

it('says in which direction the clock is off', () => {
  log({ name: 'clock-skewed', skewMs: -90_000 })
  expect(lines).toEqual(["error This machine's clock is 90 s behind the bucket's"])
})

it('tells every event at "debug" only', () => {
  const served = { tier: 'memory', freshness: 'fresh', ageMs: 5, durationMs: 0.1 } as const
  const hit = { name: 'hit', kind: 'page', key: '/a "b"', ...served } as const
  log(hit)
  expect(details).toEqual([])
  createEventLog(logger, 'debug')(hit)
  expect(details).toEqual(['hit kind="page" key="/a \\"b\\"" tier="memory" freshness="fresh" ageMs=5 durationMs=0.1'])
  expect(lines).toEqual([])
})

it('says once which entry is not stored, and leaves it to the store to tell of its own failures', () => {
  const full = new Error('the queue is full')
  log({ name: 'not-stored', kind: 'page', key: '/a', error: full })
  log({ name: 'not-stored', kind: 'page', key: '/b', error: full })
  log({ name: 'not-stored', kind: 'page', key: '/c', error: storeError('ERR_OBJECT_STORE_TIMEOUT') })
  expect(lines).toEqual(['error Entry "/a" is not stored: the queue is full'])
})

it('tells of a defect of its own', () => {
  log({ name: 'failed', call: 'get', key: '/a', error: new Error('a bug') })
  expect(lines).toEqual(['error get "/a" failed: a bug'])
})
