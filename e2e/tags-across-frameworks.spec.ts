import { setTimeout as sleep } from 'node:timers/promises'
import { invalidate } from './lib/invalidate.ts'
import { expectUntouched, renderedOnBoth } from './lib/rendered-on-both.ts'
import { document, posted, startSite, TAG_REFRESH_MS } from './lib/site.ts'
import { expect, test } from './lib/test.ts'

const rendersOf = async (...seen: Parameters<typeof document>): Promise<readonly string[]> =>
  (await document(...seen)).renders

test('a tag that a Next app invalidates is gone from a React Router app on its bucket, and the other way round', async ({
  fleet,
  stage,
}) => {
  test.setTimeout(300_000)
  const { bucket, b, tagRefreshMs } = fleet
  const site = await startSite(stage, { build: 'router7', bucket })

  const [page, post] = ['/tagged/across-next', '/post/across-next']
  await renderedOnBoth(fleet, page)
  await renderedOnBoth(fleet, '/tagged/across-kept')
  const before = await rendersOf(site.a, post)
  const kept = await rendersOf(site.a, '/post/across-kept')
  await expect.poll(() => rendersOf(site.b, post)).toEqual(before)
  const { acknowledged } = await invalidate(fleet.a, bucket, 'hard', 'tag-across-next')
  await acknowledged
  await sleep(TAG_REFRESH_MS + 100)
  for (const server of [site.a, site.b]) expect(await rendersOf(server, post)).not.toEqual(before)

  const [otherPage, otherPost] = ['/tagged/across-router', '/post/across-router']
  const old = await renderedOnBoth(fleet, otherPage)
  expect((await posted(site.b, `${otherPost}.data`)).status).toBe(200)
  await sleep(tagRefreshMs + 200)
  expect((await b.visit(otherPage)).render).not.toBe(old.render)

  await expectUntouched(fleet, '/tagged/across-kept')
  expect(await rendersOf(site.b, '/post/across-kept')).toEqual(kept)
})
