import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { CacheEntry, Memoized, S3Cache } from './data-cache.ts'
import type { Key } from '../keys/key-text.ts'

declare const cache: S3Cache

/** Checked by `tsc`; nothing of it runs. */
const typed = {
  reads: () => {
    expectTypeOf(cache.get('k')).resolves.toEqualTypeOf<unknown>()
    expectTypeOf(cache.get<number>(['k', 1])).resolves.toEqualTypeOf<number | undefined>()
    expectTypeOf(cache.getEntry<Date>('k')).resolves.toEqualTypeOf<CacheEntry<Date> | undefined>()
    expectTypeOf(cache.getMany<string>(['k'])).resolves.toEqualTypeOf<(string | undefined)[]>()
    expectTypeOf(cache.getDict<number, 'a' | 'b'>(['a', 'b'])).resolves.toEqualTypeOf<
      Record<'a' | 'b', number | undefined>
    >()
  },
  writes: () => {
    expectTypeOf(cache.set('k', new Date())).resolves.toEqualTypeOf<boolean>()
    expectTypeOf(
      cache.setMany([
        ['a', 1],
        [['b', 2], 'x', { ttl: '5m' }],
      ]),
    ).resolves.toEqualTypeOf<Key[]>()
    expectTypeOf(cache.deleteMany(['a', 'b'])).resolves.toEqualTypeOf<('a' | 'b')[]>()
    expectTypeOf(cache.inc('n')).resolves.toEqualTypeOf<number>()
    // @ts-expect-error no such unit
    void cache.set('k', 1, { ttl: '5 minutes' })
    // @ts-expect-error no key
    void cache.get(7)
  },
  remember: () => {
    expectTypeOf(cache.remember('k', () => 1)).resolves.toEqualTypeOf<number>()
    expectTypeOf(cache.remember('k', async () => new Map<string, Date>())).resolves.toEqualTypeOf<Map<string, Date>>()
    const deferred = cache.remember('k', () => ({ now: 1, later: Promise.resolve('x') }))
    expectTypeOf(deferred).resolves.toEqualTypeOf<{ now: number; later: Promise<string> }>()
    expectTypeOf(
      cache.remember('k', ({ stale, signal }) => (signal.aborted ? 'a' : String(stale))),
    ).resolves.toEqualTypeOf<string>()
    void cache.remember('k', () => 1, {
      shouldCache: (value) => value > 0,
      isStale: (value) => value.toFixed() === '1',
    })
  },
  memoize: () => {
    const post = cache.memoize(async (slug: string, page?: number) => ({ slug, page }), { name: 'post' })
    expectTypeOf(post).toEqualTypeOf<
      Memoized<[slug: string, page?: number], { slug: string; page: number | undefined }>
    >()
    expectTypeOf(post('a', 1)).resolves.toEqualTypeOf<{ slug: string; page: number | undefined }>()
    expectTypeOf(post.keyFor('a')).toEqualTypeOf<Key>()
    // @ts-expect-error it takes a string
    void post(1)
    // @ts-expect-error so does this
    void post.invalidate(1)
    // @ts-expect-error its name is needed
    void cache.memoize(() => 1, {})
  },
}

describe('the types of the data cache', () => {
  it('are inferred, as the compiler has checked', () => {
    expect(Object.keys(typed)).toEqual(['reads', 'writes', 'remember', 'memoize'])
  })

  it.skipIf(!existsSync(new URL('../../../dist/cache.js', import.meta.url)))('hold no "any" (needs a build)', () => {
    const dist = fileURLToPath(new URL('../../../dist/', import.meta.url))
    const declarations = readdirSync(dist, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.d.ts'))
      .map((file) => join(dist, file))
    expect(declarations.length).toBeGreaterThan(20)
    const isAny = (file: string): boolean => {
      const code = readFileSync(file, 'utf8').replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, '')
      return /[:<|&,(=]\s*any\b|\bany\[/.test(code)
    }
    expect(declarations.filter(isAny)).toEqual([])
  })
})
