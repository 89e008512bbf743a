import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createHandlerFleet } from '../../../test/handler-fleet.ts'
import { openS3Endpoint, type S3Endpoint } from '../../../test/s3-endpoint.ts'
import { type CacheHandler, closeCaches, type HandlerValue } from '../../index.ts'

let s3: S3Endpoint

beforeAll(async () => {
  s3 = await openS3Endpoint('single-refresh')
})
afterAll(() => s3.close())

const cacheControl = { revalidate: 1, expire: 3600 }
const page = (html: string) => ({ kind: 'APP_PAGE', html, headers: {}, status: 200 })
const asPage = { kind: 'APP_PAGE', cacheControl } as const

/** As Next judges it. */
const isStale = (found: HandlerValue | null): boolean => {
  const { revalidate = false } = found?.cacheControl ?? {}
  const ageMs = performance.timeOrigin + performance.now() - (found?.lastModified ?? 0)
  return revalidate !== false && ageMs > revalidate * 1000
}

it('lets one of four instances render a stale page, and the others serve it meanwhile and find the new one', async () => {
  const fleet = createHandlerFleet(s3)
  const instances = Array.from({ length: 4 }, () => fleet.instance())
  await instances[0]?.().set('/p', page('old'), asPage)
  await closeCaches()
  await sleep(1200)
  const requests = Array.from({ length: 200 }, (_, index) => instances[index % 4]?.() as CacheHandler)
  const answers = await Promise.all(
    requests.map(async (handler) => {
      const found = await handler.get('/p', { kind: 'APP_PAGE' })
      // At once: what is left to others is fresh for a second only.
      return { handler, html: found?.value?.['html'], isRenderer: isStale(found) }
    }),
  )
  expect(answers.every(({ html }) => html === 'old')).toBe(true)
  const renderers = answers.filter(({ isRenderer }) => isRenderer)
  expect(renderers).toHaveLength(1)
  await renderers[0]?.handler.set('/p', page('new'), { ...asPage, cacheControl: { revalidate: 60, expire: 3600 } })
  await closeCaches()
  await sleep(1100)
  for (const instance of instances) {
    const found = await instance().get('/p', { kind: 'APP_PAGE' })
    expect([found?.value?.['html'], isStale(found)]).toEqual(['new', false])
  }
  expect((await fleet.keys('leases/')).length).toBe(0)
})

it('leaves what is missing, expired or data to whoever is asked', async () => {
  const fleet = createHandlerFleet(s3)
  const [a, b] = [fleet.instance(), fleet.instance()]
  await a().set('/gone', page('old'), { ...asPage, cacheControl: { revalidate: 0.01, expire: 0.02 } })
  const data = { kind: 'FETCH', data: { headers: {}, body: 'aGk=', status: 200, url: 'u' }, revalidate: 0.01 }
  await a().set('d', data, { fetchCache: true, tags: [] })
  await closeCaches()
  await sleep(1100)
  for (const instance of [a, b]) {
    expect(await instance().get('/missing', { kind: 'APP_PAGE' })).toBeNull()
    expect(isStale(await instance().get('/gone', { kind: 'APP_PAGE' }))).toBe(true)
    const found = await instance().get('d', { kind: 'FETCH', revalidate: 0.01, tags: [], softTags: [] })
    expect(performance.timeOrigin + performance.now() - (found?.lastModified ?? 0)).toBeGreaterThan(1000)
  }
  expect(await fleet.keys('leases/')).toEqual([])
})
