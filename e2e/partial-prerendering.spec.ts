import type { Page, Request } from '@playwright/test'
import type { Bucket } from './lib/bucket.ts'
import { expectFollows } from './lib/expect-follows.ts'
import type { Fleet } from './lib/fleet.ts'
import { bellOf, rung } from './lib/invalidate.ts'
import { NEXT_HAS } from './lib/next-features.ts'
import { objectsIn } from './lib/objects.ts'
import { settled } from './lib/render-on.ts'
import { renderedOnBoth } from './lib/rendered-on-both.ts'
import { expect, test } from './lib/test.ts'
import type { Visit } from './lib/visit.ts'
import { whileHeld } from './lib/while-held.ts'

// No tags: mutants of the handler of `use cache` name the tests that they must fail.
test.use({ buildName: 'cacheComponents' })

/** How often the story of a shell is read once more where the page is resumed without the values of its shell. */
const READ_AGAIN = NEXT_HAS.valuesOfShell ? 0 : 1

test('a shell that A made is served by B, around a hole of its own', async ({ fleet }) => {
  await expectSharedShell(fleet, 'shared-shell')
})

test('one that the build made is served by both, and made by neither', async ({ fleet: { a, b, bucket, origin } }) => {
  const first = await a.visit('/story/built')
  expect(first).toMatchObject({ status: 200, hits: 0 })
  expect(first.headers.get('x-nextjs-postponed')).toBe('1')
  await settled(bucket)
  const onB = await b.visit('/story/built')
  expect(onB).toMatchObject({ status: 200, hits: 0, render: first.render })
  expect([holeOf(first), holeOf(onB), origin.hits('story/built')]).toEqual([1, 2, READ_AGAIN])
  await hasPage(bucket, '/story/built')
})

test('the shell of a page that nobody asked for before comes at once, on both', async ({ fleet }) => {
  const { a, b, bucket, origin } = fleet
  await a.visit('/story/before-shell')
  await hasPage(bucket, '/story/%5Bslug%5D')
  for (const { name, url } of [a, b]) {
    const slug = `unknown-${name}`
    await whileHeld(origin.hold(`story/${slug}`), async () => {
      const response = await fetch(`${url}/story/${slug}`, { signal: AbortSignal.timeout(5000) })
      expect(response.status).toBe(200)
      let shown = ''
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
        shown += chunk
        if (shown.includes('A story')) break
      }
      expect(shown).toContain('A story')
      expect(shown).not.toContain('hits ')
    })
  }
})

test('a page whose shell is empty is answered', async ({ fleet: { a } }) => {
  // Next cannot make such a shell but at the build: it answers 500 where the handler has none.
  expect(await a.visit('/blocking/empty-shell')).toMatchObject({ status: 200, hits: 1 })
})

test('a client navigation on B shows the shell at once, and what A made', async ({ fleet, page }) => {
  const { b, origin } = fleet
  const { render } = await makeShell(fleet, 'linked')
  await makeShell(fleet, 'linked-too')
  const errors = errorsOf(page)
  // They begin when the browser has nothing else to do. What is the same for every slug is asked for once.
  const ofOutline = page.waitForEvent('requestfinished', isPrefetchOf('/story/linked', '/_tree'))
  const ofShell = page.waitForEvent('requestfinished', isPrefetchOf('/story/', '__PAGE__'))
  await page.goto(b.url)
  for (const prefetch of [await ofOutline, await ofShell]) {
    const response = await prefetch.response()
    expect([response?.status(), response?.headers()['x-nextjs-cache']]).toEqual([200, 'HIT'])
  }
  await page.evaluate(() => Object.assign(globalThis, { isSameDocument: true }))
  await whileHeld(origin.hold('hole/linked'), async () => {
    await page.getByRole('link', { name: 'linked' }).click()
    await expect(page.getByRole('heading')).toHaveText('A story')
    await expect(page.locator('#hole')).toHaveCount(0)
  })
  await expect(page.locator('#hole')).toContainText('visit')
  await expect(page.locator('#render')).toContainText(`render ${render}`)
  expect(await page.evaluate(() => 'isSameDocument' in globalThis)).toBe(true)
  expect(origin.hits('story/linked')).toBe(1)
  expect(errors).toEqual([])
})

test('an action shows what it made new in its own answer, which both take over', async ({ fleet, page }) => {
  const { a, b, bucket, origin, tagRefreshMs } = fleet
  const path = '/read/cached/own'
  const old = await renderedOnBoth(fleet, path)
  const errors = errorsOf(page)
  await page.goto(`${a.url}/own/own`)
  await expect(page.locator('#render')).toContainText('hits 1')
  const bell = await bellOf(bucket)
  await page.getByRole('button', { name: 'write' }).click()
  await expect(page.locator('#render')).toContainText('hits 2')
  const acknowledgedAt = await rung(bucket, bell)
  await settled(bucket)
  expect(await a.visit(path)).toMatchObject({ hits: 2 })
  expect(await expectFollows(b, { path, old, acknowledgedAt, tagRefreshMs })).toMatchObject({ hits: 2 })
  expect(origin.hits('read/cached/own')).toBe(2)
  expect(errors).toEqual([])
})

const isPrefetchOf =
  (path: string, segment: string) =>
  (request: Request): boolean =>
    request.url().includes(path) && (request.headers()['next-router-segment-prefetch'] ?? '').endsWith(segment)

const holeOf = ({ body }: Visit): number => Number(/visit (?:<!-- -->)?(\d+)/.exec(body.toString())?.[1])

const readsOf = ({ requests }: Bucket, kind: 'page' | 'use-cache'): number =>
  requests.count({ operation: 'GetObject', keyPattern: `/${kind}/` })

/** The first answer is made around the shell for any slug; the one for this slug is made, and stored, after it. */
async function makeShell({ a, bucket }: Fleet, slug: string): Promise<Visit> {
  const first = await a.visit(`/story/${slug}`)
  expect(first).toMatchObject({ status: 200, hits: 1 })
  await hasPage(bucket, `/story/${slug}`)
  await settled(bucket)
  return first
}

async function expectSharedShell(fleet: Fleet, slug: string): Promise<void> {
  const { a, b, bucket, origin } = fleet
  const path = `/story/${slug}`
  const { render } = await makeShell(fleet, slug)
  const before = { page: readsOf(bucket, 'page'), useCache: readsOf(bucket, 'use-cache') }
  const onB = await b.visit(path)
  expect(onB).toMatchObject({ status: 200, hits: 1, render })
  expect(onB.headers.get('x-nextjs-postponed')).toBe('1')
  // The story came with the shell.
  expect(readsOf(bucket, 'page')).toBe(before.page + 1)
  expect(readsOf(bucket, 'use-cache')).toBe(before.useCache + READ_AGAIN)
  const onA = await a.visit(path)
  expect(onA).toMatchObject({ status: 200, hits: 1, render })
  expect([holeOf(onB), holeOf(onA)]).toEqual([2, 3])

  const headers = { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/_tree' }
  const segments = await Promise.all([a, b].map((instance) => instance.visit(path, { headers, redirect: 'follow' })))
  for (const segment of segments) expect(segment).toMatchObject({ status: 200, cache: 'HIT' })
  expect(segments[0]!.body.equals(segments[1]!.body)).toBe(true)
  expect(origin.hits(path.slice(1))).toBe(1)
}

async function hasPage(bucket: Bucket, path: string): Promise<void> {
  const isThere = async (): Promise<boolean> =>
    [...(await objectsIn(bucket)).keys()].some((key) => key.endsWith(`/$${path}`))
  await expect.poll(isThere, path).toBe(true)
}

function errorsOf(page: Page): string[] {
  const errors: string[] = []
  page.on('pageerror', ({ message }) => errors.push(message))
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  return errors
}
