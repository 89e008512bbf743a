import { expectFollows } from './lib/expect-follows.ts'
import { type Fleet } from './lib/fleet.ts'
import { bellOf, invalidate, rung } from './lib/invalidate.ts'
import { settled } from './lib/render-on.ts'
import { renderAllNew } from './lib/render-new.ts'
import { expectUntouched, renderedOnBoth } from './lib/rendered-on-both.ts'
import { inShop } from './lib/shop.ts'
import { seen } from './lib/seen.ts'
import { expect, test } from './lib/test.ts'

// Tags with characters that are not plain, as long and as many as may be, and invalidated after the response.
test.use({ buildName: 'corners' })

const LATER: Readonly<Record<string, (fleet: Fleet, query: URLSearchParams) => Promise<unknown>>> = {
  'a route handler': ({ a }, query) => a.visit(`/after/route?${query.toString()}`),
  'the render of a page': ({ a }, query) => a.visit(`/after/page?${query.toString()}`),
  async 'a server action'({ a }, query) {
    const form = (await a.visit('/after/action')).body.toString()
    const [, action = ''] = /name="(\$ACTION_ID_\w+)"/.exec(form) ?? []
    const body = new FormData()
    for (const [name, value] of [[action, ''], ...query]) body.set(name ?? '', value ?? '')
    return await a.visit('/after/action', { method: 'POST', body })
  },
}

for (const [where, invalidateLater] of Object.entries(LATER)) {
  test(`a tag and a path invalidated in after() of ${where} on A are gone on B in time`, async ({ fleet }) => {
    const shop = inShop(fleet)
    const { a, b, bucket, tagRefreshMs } = shop
    const name = where.replaceAll(' ', '-')
    const paths = [`/forever/${name}-tag`, `/forever/${name}-path`]
    const old = [await renderedOnBoth(shop, paths[0]!), await renderedOnBoth(shop, paths[1]!)]
    await renderedOnBoth(shop, `/forever/${name}-control`)
    const before = await bellOf(bucket)
    await invalidateLater(shop, new URLSearchParams({ tag: `tag-${name}-tag`, path: paths[1]! }))
    const acknowledgedAt = await rung(bucket, before)
    for (const instance of [b, a]) {
      for (const [index, path] of paths.entries()) {
        const following = { path, old: old[index]!, acknowledgedAt, tagRefreshMs }
        expect(await expectFollows(instance, following)).toMatchObject({ status: 200 })
      }
    }
    await expectUntouched(shop, `/forever/${name}-control`)
  })
}

const TAGS = [
  'fruit,red',
  ',',
  'x,,y',
  'é',
  '日本🙂',
  'with space',
  ' before',
  '100%',
  '%2C',
  'q'.repeat(256),
  'ü'.repeat(256),
]
/** Parts of one that has a comma. */
const OTHER_TAGS = ['fruit', 'red', 'x']
/** Between others, because Next joins them by commas. */
const pathOf = (how: string, tag: string): string =>
  `/tagged/${how}/${Buffer.from(JSON.stringify([`${how}-first`, tag, `${how}-last`])).toString('base64url')}`

for (const how of ['fetch', 'unstable']) {
  test(`tags that are not plain: ${how} data and the page made of it are gone on both`, async ({ fleet }) => {
    const { a, b, bucket, origin } = inShop(fleet)
    const paths = [...TAGS, ...OTHER_TAGS].map((tag) => pathOf(how, tag))
    await renderAllNew(a, paths, bucket)
    for (const path of paths) expect(await b.visit(path), path).toMatchObject({ cache: 'HIT', hits: 1, data: 1 })
    const { acknowledged } = await invalidate(a, bucket, 'hard', ...TAGS)
    await acknowledged
    await seen()
    for (const tag of TAGS) expect(await b.visit(pathOf(how, tag)), tag).toMatchObject({ hits: 2, data: 2 })
    await settled(bucket)
    for (const tag of TAGS) expect(await a.visit(pathOf(how, tag)), tag).toMatchObject({ cache: 'HIT', hits: 2 })
    for (const tag of OTHER_TAGS) {
      expect(await b.visit(pathOf(how, tag)), tag).toMatchObject({ cache: 'HIT', hits: 1, data: 1 })
      expect(origin.hits(pathOf(how, tag).slice(1)), tag).toBe(1)
    }
  })
}

test('each of the 128 tags of an entry takes it, and what Next drops does not', async ({ fleet }) => {
  const { a, b, bucket } = inShop(fleet)
  const paths = ['/tagged/fetch/many-130', '/tagged/unstable/many-130']
  await renderAllNew(a, paths, bucket)
  let hits = 1
  // The limit is 128. Next says so of the 129th, too, but drops only what comes after.
  for (const number of [130, 1, 128, 129]) {
    const { acknowledged } = await invalidate(a, bucket, 'hard', `many-130-${number}`)
    await acknowledged
    await seen()
    if (number <= 129) hits += 1
    for (const path of paths) expect(await b.visit(path), `${path}, ${number}`).toMatchObject({ hits, data: hits })
    await settled(bucket)
    for (const path of paths) expect(await a.visit(path), `${path}, ${number}`).toMatchObject({ cache: 'HIT', hits })
  }
})
