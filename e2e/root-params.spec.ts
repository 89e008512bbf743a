import { expectFollows } from './lib/expect-follows.ts'
import { invalidate } from './lib/invalidate.ts'
import { renderOn } from './lib/render-on.ts'
import { expect, test } from './lib/test.ts'
import { visitFromBucket } from './lib/visit-from-bucket.ts'

test.use({ buildName: 'cacheComponents' })

test('a value of use cache that asks for a root parameter is one for each, on both instances', async ({ fleet }) => {
  const { a, b, bucket, origin, tagRefreshMs } = fleet
  const [english, french] = ['/en/place/shared', '/fr/place/shared']
  const old = await renderOn(a, english, bucket)
  expect(old).toMatchObject({ status: 200, hits: 1 })
  const onB = await renderOn(b, french, bucket)
  expect(onB).toMatchObject({ status: 200, hits: 1 })
  await visitFromBucket(b, english, bucket, { hits: 1, render: old.render })
  await visitFromBucket(a, french, bucket, { hits: 1, render: onB.render })
  expect(old.render).not.toBe(onB.render)

  const { acknowledged } = await invalidate(a, bucket, 'hard', 'tag-en-shared')
  await expectFollows(b, { path: english, old, acknowledgedAt: await acknowledged, tagRefreshMs })
  for (const instance of [a, b]) {
    expect(await instance.visit(english)).toMatchObject({ status: 200, hits: 2 })
    expect(await instance.visit(french)).toMatchObject({ status: 200, hits: 1, render: onB.render })
  }
  expect([origin.hits('place/en/shared'), origin.hits('place/fr/shared')]).toEqual([2, 1])
})
