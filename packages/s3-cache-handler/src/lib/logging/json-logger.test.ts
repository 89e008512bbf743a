import { expect, it, vi } from 'vitest'
import { fakeStore, storeError } from '../../../test/fake-store.ts'
import { createS3Cache } from '../../cache.ts'
import type { Logger } from '../options/options.ts'
import { createJsonLogger } from './json-logger.ts'
import { createEventLog } from './log-events.ts'

type Line = Readonly<Record<string, unknown>>

/** A console that keeps what it is given, by the method that was called. */
function collect(): { readonly logger: Logger; readonly lines: [method: string, line: Line][] } {
  const lines: [string, Line][] = []
  const at =
    (method: string) =>
    (...given: unknown[]): void => {
      expect(given).toHaveLength(1)
      lines.push([method, JSON.parse(String(given[0])) as Line])
    }
  return { logger: { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') }, lines }
}

it("writes an object a line, with pino's fields and those of the event", () => {
  const { logger, lines } = collect()
  const error = storeError('ERR_OBJECT_STORE_TIMEOUT')
  const before = Date.now()
  createEventLog(
    createJsonLogger(logger, 'info'),
    'info',
  )({
    name: 'store-failed',
    operation: 'get',
    objectKey: 'v1/entries/a "b"',
    error,
  })
  const [[method, line] = ['', {}]] = lines
  expect(method).toBe('error')
  expect(line).toEqual({
    level: 50,
    time: expect.any(Number),
    name: 's3-cache-handler',
    event: 'store-failed',
    operation: 'get',
    objectKey: 'v1/entries/a "b"',
    err: { type: 'ObjectStoreError', message: error.message, code: 'ERR_OBJECT_STORE_TIMEOUT' },
    msg: error.message,
  })
  expect(line['time']).toBeGreaterThanOrEqual(before)
  expect(line['time']).toBeLessThanOrEqual(Date.now())
})

it('says where in our code a defect is, and of no other failure', () => {
  const { logger, lines } = collect()
  const log = createEventLog(createJsonLogger(logger, 'info'), 'info')
  log({ name: 'failed', call: 'get', key: '/a', error: new TypeError('a bug') })
  log({ name: 'misconfigured', error: new Error('"bucket" is not set') })
  const stack = expect.stringMatching(/^TypeError: a bug\n +at .*json-logger\.test/)
  expect(lines[0]?.[1]['err']).toEqual({ type: 'TypeError', message: 'a bug', stack })
  expect(lines[1]?.[1]['err']).toEqual({ type: 'Error', message: '"bucket" is not set' })
})

it('tells what never ends as such, though JSON has no number for it', () => {
  const { logger, lines } = collect()
  const event = { name: 'invalidated', tags: ['t'], expireSeconds: Infinity } as const
  createEventLog(createJsonLogger(logger, 'debug'), 'debug')(event)
  expect(lines[0]?.[1]).toMatchObject({
    event: 'invalidated',
    expireSeconds: 'Infinity',
    msg: 'invalidated tags=["t"] expireSeconds="Infinity"',
  })
})

it("gives each level pino's number, and leaves out what is above its own", () => {
  const { logger, lines } = collect()
  const json = createJsonLogger(logger, 'debug')
  json.error('e')
  json.warn('w')
  json.info('i')
  json.debug('d')
  const seen = lines.map(([method, { level, msg }]) => [method, level, msg])
  expect(seen).toEqual([
    ['error', 50, 'e'],
    ['warn', 40, 'w'],
    ['info', 30, 'i'],
    ['debug', 20, 'd'],
  ])
  createJsonLogger(logger, 'warn').info('i')
  expect(lines).toHaveLength(4)
})

it('tells each request at "debug" only', () => {
  const { logger, lines } = collect()
  const subject = { operation: 'PutObject', bucket: 'b', objectKey: 'k', origin: 'http://localhost:9000' } as const
  const answer = { status: 503, storeCode: 'SlowDown', isFailure: true, durationMs: 1.5 }
  const request = { name: 'request', ...subject, ...answer } as const
  createEventLog(createJsonLogger(logger, 'info'), 'info')(request)
  expect(lines).toEqual([])
  createEventLog(createJsonLogger(logger, 'debug'), 'debug')(request)
  expect(lines).toEqual([['debug', expect.objectContaining({ level: 20, event: 'request', ...subject, ...answer })]])
})

it('says of an outage how long it lasted, with the event that ended it', () => {
  const { logger, lines } = collect()
  const log = createEventLog(createJsonLogger(logger, 'info'), 'info')
  log({ name: 'store-failed', operation: 'get', objectKey: 'k', error: storeError('ERR_OBJECT_STORE_BUSY') })
  log({ name: 'store-recovered', operation: 'get' })
  const msg = expect.stringContaining('works again')
  expect(lines[1]).toEqual(['info', expect.objectContaining({ level: 30, event: 'store-recovered', msg })])
})

it('is what "logFormat" turns on for the console, and not for a logger of one\'s own', async () => {
  const { error } = console
  const printed: string[] = []
  const own: string[] = []
  const spy = vi.spyOn(console, 'error').mockImplementation((line: string) => void printed.push(line))
  const logger: Logger = { error: (line) => own.push(line), warn: error, info: error, debug: error }
  const store = fakeStore(() => Promise.reject(storeError('ERR_OBJECT_STORE_DENIED')))
  await createS3Cache({ store, logFormat: 'json' }).get('k')
  await createS3Cache({ store, logFormat: 'json', logger }).get('k')
  spy.mockRestore()
  const lines = printed.map((line) => JSON.parse(line) as Line)
  expect(lines).toContainEqual(expect.objectContaining({ level: 50, event: 'store-failed', operation: 'get' }))
  expect(own[0]).toMatch(/^\[s3-cache-handler\] Object store get /)
})
