import { setTimeout as sleep } from 'node:timers/promises'
import { isNewer } from './lib/expect-follows.ts'
import type { Fleet } from './lib/fleet.ts'
import { bellOf } from './lib/invalidate.ts'
import { settled } from './lib/render-on.ts'
import { expectUntouched, renderedOnBoth } from './lib/rendered-on-both.ts'
import type { Instance } from './lib/stage.ts'
import { expect, test } from './lib/test.ts'
import type { Visit } from './lib/visit.ts'

const crossInstance = { tag: ['@cache', '@cross-instance'] }
const SLUGS = Array.from({ length: 50 }, (_, index) => `many-${index}`)
/** No ring for so long: each of several batches has been acknowledged. */
const QUIET_MS = 300

test(
  '50 tags invalidated at once on two instances are seen by one that was there and one that came after',
  crossInstance,
  async ({ fleet, stage }) => {
    const { a, b, bucket, build, env, tagRefreshMs } = fleet
    const before = await stage.instance({ name: 'C', build, env })
    const old = await visitAll(a)
    await settled(bucket)
    await renderedOnBoth(fleet, '/tagged/many-control')
    expect(old.map(({ status, hits }) => ({ status, hits }))).toEqual(SLUGS.map(() => ({ status: 200, hits: 1 })))
    for (const answer of await visitAll(before)) expect(answer).toMatchObject({ cache: 'HIT', hits: 1 })

    const rings = bucket.requests.count({ operation: 'PutObject', keyPattern: 'v1/tags/bell$' })
    const posts = SLUGS.map((slug, index) => {
      const instance = index % 2 === 0 ? a : b
      return instance.visit(`/api/invalidate?how=hard&subject=tag-${slug}`, { method: 'POST' })
    })
    for (const { status } of await Promise.all(posts)) expect(status).toBe(204)
    await allRung(fleet)
    // Both had some, or it would be one instance's order that keeps them apart.
    expect(bucket.requests.count({ operation: 'PutObject', keyPattern: 'v1/tags/bell$' })).toBeGreaterThan(rings + 1)
    await sleep(tagRefreshMs)

    const after = await stage.instance({ name: 'D', build, env })
    for (const instance of [before, after, a, b]) {
      const lost = (await visitAll(instance)).filter((answer, index) => !isNewer(answer, old[index]!))
      expect(
        lost.map(({ cache, hits }) => ({ cache, hits })),
        `old on ${instance.name}`,
      ).toEqual([])
      expect(await instance.visit('/tagged/many-control')).toMatchObject({ cache: 'HIT', hits: 1 })
    }
    await expectUntouched(fleet, '/tagged/many-control')
  },
)

async function visitAll(instance: Instance): Promise<Visit[]> {
  const answers: Visit[] = []
  for (let start = 0; start < SLUGS.length; start += 10) {
    const batch = SLUGS.slice(start, start + 10).map((slug) => instance.visit(`/tagged/${slug}`))
    answers.push(...(await Promise.all(batch)))
  }
  return answers
}

async function allRung({ bucket }: Fleet): Promise<void> {
  let bell = await bellOf(bucket)
  let quietSince = performance.now()
  while (performance.now() - quietSince < QUIET_MS) {
    await sleep(20)
    const now = await bellOf(bucket)
    if (now !== bell) quietSince = performance.now()
    bell = now
  }
}
