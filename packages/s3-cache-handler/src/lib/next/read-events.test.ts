import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import type { CacheEvent } from '../cache-events.ts'
import type { Lease } from '../leases/leases.ts'
import { systemRuntime } from '../runtime.ts'
import { IsrCache } from './isr-cache.ts'
import { type Enabled, resolveEnvironment } from './next-environment.ts'
import { Refreshes } from '../leases/refreshes.ts'
import { streamOf } from './streams.ts'
import { UseCache } from './use-cache.ts'

const WAIT_MS = 100
/** A timer may be a moment early. */
const WAITED_MS = WAIT_MS - 5

let events: CacheEvent[]
beforeEach(() => {
  events = []
})

const reads = () => events.filter((event) => event.name === 'hit' || event.name === 'miss')

/** @param tryAcquire Runs when a request asks for its turn to render what is stale. */
function open(tryAcquire: () => Promise<Lease | undefined> = async () => undefined): Enabled {
  const environment = resolveEnvironment({ log: 'silent', onEvent: (event) => void events.push(event) }, {})
  if (environment.kind !== 'enabled') throw new Error('The handler is disabled')
  const hasConditionalPut = () => Promise.resolve(true)
  return {
    ...environment,
    refreshes: new Refreshes({ leases: { tryAcquire }, hasConditionalPut, runtime: systemRuntime }),
  }
}

const page = (html: string) => ({ kind: 'APP_PAGE', html, headers: { 'x-next-cache-tags': 't' }, status: 200 })
const asPage = (revalidate: number) => ({ kind: 'APP_PAGE', cacheControl: { revalidate, expire: 3600 } }) as const
const held: Lease = { release: async () => {} }

/** Asks for a page that is stale by now. */
async function readStale(environment: Enabled): Promise<unknown> {
  await new IsrCache(environment).set('/p', page('old'), asPage(0.001))
  await sleep(10)
  const found = await new IsrCache(environment).get('/p', { kind: 'APP_PAGE' })
  return found?.value?.['html']
}

describe('the event of a read that waited for its turn to render', () => {
  it('is one, and tells of what was found then', async () => {
    const environment = open(async () => {
      await new IsrCache(environment).set('/p', page('new'), asPage(60))
      return held
    })
    expect(await readStale(environment)).toBe('new')
    expect(reads()).toMatchObject([{ name: 'hit', kind: 'page', freshness: 'fresh' }])
  })

  it('is a miss where it was invalidated meanwhile', async () => {
    const environment = open(async () => {
      await new IsrCache(environment).revalidateTag('t')
      return held
    })
    expect(await readStale(environment)).toBeUndefined()
    expect(reads()).toMatchObject([{ name: 'miss', reason: 'invalidated' }])
  })

  it('has its whole duration, also where the turn is that of others', async () => {
    const turns = [undefined, held]
    for (const lease of turns) {
      events = []
      const environment = open(async () => {
        await sleep(WAIT_MS)
        return lease
      })
      expect(await readStale(environment)).toBe('old')
      expect(reads()).toMatchObject([{ name: 'hit', freshness: 'stale' }])
      expect(reads()[0]?.durationMs).toBeGreaterThan(WAITED_MS)
    }
  })
})

it('tells of a value of `use cache` with the wait until it was made', async () => {
  const useCache = new UseCache(open())
  const entry = { tags: [], stale: 300, timestamp: Date.now(), expire: 3600, revalidate: 900 }
  const made = sleep(WAIT_MS).then(() => ({ ...entry, value: streamOf(Buffer.from('v')) }))
  const stored = useCache.set('k', made)
  expect(await useCache.get('k', [])).toBeDefined()
  await stored
  expect(reads()).toMatchObject([{ name: 'hit', kind: 'use-cache' }])
  expect(reads()[0]?.durationMs).toBeGreaterThan(WAITED_MS)
})
