import { begin, document, made, newGate, newPath, openGate, shown, type Site, stored } from './site.ts'
import { expect, test } from './test.ts'

/** Registers the tests of loaders whose results are cached. */
export function describeLoaders(site: () => Site): void {
  test('a deferred value of a cached loader streams the first time, and is a Promise from the cache', async () => {
    const { a, b } = site()
    const gate = newGate()
    const path = newPath('post')
    const { first, whole } = await begin(a, `${path}?gate=${gate}`, 'id="waiting"')
    expect(shown({ body: first }, 'later')).toBeUndefined()
    await openGate(a, gate)
    const render = shown({ body: await whole() }, 'render')
    await stored(site(), path)
    const again = await document(b, path)
    expect([shown(again, 'render'), shown(again, 'later')]).toEqual([render, `${render} 1`])
    const values = '1970-01-02T00:00:00.000Z 7 new'
    expect([shown(again, 'types'), shown(again, 'values')]).toEqual(['true true true true', values])
  })

  test('a class of the app’s own comes back as such, also from a Promise', async () => {
    const { b } = site()
    const path = newPath('price')
    const first = await made(site(), path)
    const again = await document(b, path)
    expect(shown(again, 'render')).toBe(shown(first, 'render'))
    for (const seen of [first, again]) {
      expect(shown(seen, 'types')).toBe('true true true true')
      expect(shown(seen, 'values')).toBe('12.30 1970-01-02T00:00:00.000Z 2.05')
      expect(shown(seen, 'later')).toBe('true 0.05')
    }
  })

  test('a loader is called once in the fleet', async () => {
    const { a, b, origin, bucket } = site()
    const path = newPath('post')
    const slug = path.split('/').at(-1) ?? ''
    const askAll = (query: string): Promise<(string | undefined)[]> =>
      Promise.all([a, b, a, b].map(async (server) => shown(await document(server, path + query), 'render')))
    const held = origin.hold(slug)
    const asked = askAll('?origin')
    await held.asked
    const misses = (): number =>
      bucket.requests.list().filter(({ operation, key }) => operation === 'GetObject' && key.includes(slug)).length
    // Both have looked, and found nothing.
    await expect.poll(misses).toBeGreaterThanOrEqual(2)
    held.release()
    const renders = await asked
    expect([origin.hits(slug), new Set(renders).size]).toEqual([1, 1])
    // Past the cache each asks.
    await askAll('?origin&bypass')
    expect(origin.hits(slug)).toBe(5)
  })
}
