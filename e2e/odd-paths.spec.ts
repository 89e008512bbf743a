import { type Fleet } from './lib/fleet.ts'
import { invalidate, revalidateOnDemand } from './lib/invalidate.ts'
import { renderAllNew, renderNew } from './lib/render-new.ts'
import { settled } from './lib/render-on.ts'
import { inShop } from './lib/shop.ts'
import type { Instance } from './lib/stage.ts'
import { seen } from './lib/seen.ts'
import { expect, test } from './lib/test.ts'
import { visitFromBucket } from './lib/visit-from-bucket.ts'

// Paths below a base path, in several locales, and with names that are not plain.
test.use({ buildName: 'corners' })

test('an App Router page below a base path is rendered once for both instances', async ({ fleet }) => {
  const { a, b, bucket, origin } = inShop(fleet)
  const path = '/forever/below'
  const first = await renderNew(a, path, bucket)
  expect(first).toMatchObject({ status: 200, cache: 'MISS', hits: 1 })
  await visitFromBucket(b, path, bucket, { status: 200, cache: 'HIT', hits: 1, render: first.render })
  expect(origin.hits('forever/below')).toBe(1)
  expect(await fleet.a.visit(path)).toMatchObject({ status: 404 })
})

test('a page in two locales is two entries, each rendered once for both instances', async ({ fleet }) => {
  const { a, b, bucket, build, origin } = inShop(fleet)
  const english = await renderNew(a, '/legacy/two', bucket)
  expect(english).toMatchObject({ status: 200, cache: 'MISS', hits: 1 })
  const french = await renderNew(b, '/fr/legacy/two', bucket)
  expect(french).toMatchObject({ status: 200, cache: 'MISS', hits: 1 })

  await visitFromBucket(b, '/legacy/two', bucket, { cache: 'HIT', hits: 1 })
  await visitFromBucket(a, '/fr/legacy/two', bucket, { cache: 'HIT', hits: 1 })
  for (const [locale, page] of Object.entries({ en: english, fr: french })) {
    expect(page.body.toString()).toContain(`<h1>two in ${locale}</h1>`)
    const data = await b.visit(`/_next/data/${build.id}/${locale}/legacy/two.json`)
    expect(JSON.parse(data.body.toString())).toMatchObject({ pageProps: { slug: 'two', locale, hits: 1 } })
    expect(origin.hits(`legacy/${locale}/two`)).toBe(1)
  }
})

test('the default locale is one entry, with and without its name in the path', async ({ fleet }) => {
  const { a, b, bucket, origin } = inShop(fleet)
  expect(await renderNew(a, '/legacy/default', bucket)).toMatchObject({ cache: 'MISS', hits: 1 })
  await visitFromBucket(b, '/en/legacy/default', bucket, { cache: 'HIT', hits: 1 })
  expect(await renderNew(b, '/en/legacy/default-named', bucket)).toMatchObject({ cache: 'MISS', hits: 1 })
  await visitFromBucket(a, '/legacy/default-named', bucket, { cache: 'HIT', hits: 1 })
  expect([origin.hits('legacy/en/default'), origin.hits('legacy/en/default-named')]).toEqual([1, 1])
})

test('res.revalidate() on A makes one locale new on both, with or without the base path', async ({ fleet }) => {
  const { a, b, bucket, origin } = inShop(fleet)
  const [english, french] = ['/legacy/on-demand', '/fr/legacy/on-demand']
  for (const path of [english, french]) {
    expect(await renderNew(a, path, bucket)).toMatchObject({ hits: 1 })
    expect(await b.visit(path)).toMatchObject({ cache: 'HIT', hits: 1 })
  }
  const steps = [
    { paths: [english], inEnglish: 2, inFrench: 1 },
    { paths: [`/shop${french}`, `/en${english}`], inEnglish: 3, inFrench: 2 },
  ]
  for (const { paths, inEnglish, inFrench } of steps) {
    for (const path of paths) {
      const { acknowledged } = await revalidateOnDemand(a, bucket, path)
      await acknowledged
    }
    await seen()
    for (const instance of [b, a]) {
      expect(await instance.visit(english), String(paths)).toMatchObject({ cache: 'HIT', hits: inEnglish })
      expect(await instance.visit(french), String(paths)).toMatchObject({ cache: 'HIT', hits: inFrench })
    }
  }
  expect([origin.hits('legacy/en/on-demand'), origin.hits('legacy/fr/on-demand')]).toEqual([3, 2])
})

test('revalidatePath on A takes a path without the base path, and without the default locale', async ({ fleet }) => {
  const { a, b, bucket } = inShop(fleet)
  const [app, english, french] = ['/forever/by-path', '/legacy/by-path', '/fr/legacy/by-path']
  const paths = [app, english, french]
  for (const path of paths) {
    expect(await renderNew(a, path, bucket)).toMatchObject({ hits: 1 })
    expect(await b.visit(path)).toMatchObject({ cache: 'HIT', hits: 1 })
  }
  const steps = [
    { subjects: [app, french], expected: [2, 1, 2] },
    { subjects: [english], expected: [2, 2, 2] },
    { subjects: [`/en${english}`, `/shop${app}`], expected: [2, 3, 2] },
  ]
  const hitsOn = async (instance: Instance): Promise<unknown[]> =>
    await Promise.all(paths.map(async (path) => (await instance.visit(path)).hits))
  for (const { subjects, expected } of steps) {
    const { acknowledged } = await invalidate(a, bucket, 'path', ...subjects)
    await acknowledged
    await seen()
    expect(await hitsOn(b), String(subjects)).toEqual(expected)
    await settled(bucket)
    expect(await hitsOn(a), String(subjects)).toEqual(expected)
  }
})

/** `path` is what `revalidatePath` takes: decoded, but for what would mean something else in a path. */
const NAMES: readonly { readonly name: string; readonly path?: string }[] = [
  { name: 'é' },
  { name: 'e\u0301' },
  { name: '日本' },
  { name: 'a b' },
  { name: 'a/b', path: 'a%2Fb' },
  { name: '100%' },
  { name: 'a+b' },
  { name: '🙂' },
  { name: 'a,b' },
  { name: 'a%2Fb', path: 'a%252Fb' },
]

test('names that are not plain are told apart, shared, and new on both by path and by tag', async ({ fleet }) => {
  await expectToldApart(inShop(fleet), '/forever', { ways: ['path', 'hard'] })
})

test('the same in the Pages Router, by path', async ({ fleet }) => {
  await expectToldApart(inShop(fleet), '/legacy', { originPath: '/legacy/en', ways: ['path'] })
})

async function expectToldApart(
  { a, b, bucket, origin }: Fleet,
  route: string,
  { originPath = route, ways }: { readonly originPath?: string; readonly ways: readonly ('path' | 'hard')[] },
): Promise<void> {
  const url = (name: string): string => `${route}/${encodeURIComponent(name)}`
  const urls = NAMES.map(({ name }) => url(name))
  for (const answer of await renderAllNew(a, urls, bucket)) {
    expect(answer).toMatchObject({ status: 200, cache: 'MISS', hits: 1 })
  }
  for (const { name } of NAMES) {
    await visitFromBucket(b, url(name), bucket, { cache: 'HIT', hits: 1 })
    expect(origin.hits(`${originPath}/${encodeURIComponent(name)}`.slice(1)), name).toBe(1)
  }
  const subjects = {
    path: NAMES.map(({ name, path = name }) => `${route}/${path}`),
    hard: NAMES.map(({ name }) => `tag-${name}`),
  }
  for (const [index, way] of ways.entries()) {
    const hits = index + 2
    const { acknowledged } = await invalidate(a, bucket, way, ...subjects[way])
    await acknowledged
    await seen()
    for (const { name } of NAMES) expect(await b.visit(url(name)), name).toMatchObject({ cache: 'MISS', hits })
    await settled(bucket)
    for (const { name } of NAMES) expect(await a.visit(url(name)), name).toMatchObject({ cache: 'HIT', hits })
  }
}
