import { settled } from './render-on.ts'
import { begin, document, isHit, made, newGate, newPath, openGate, shown, type Site, stored } from './site.ts'
import { expect, test } from './test.ts'

export interface PartsSubject {
  /** Whether the cache is in front of the handler, and not middleware. */
  readonly isWrapped?: boolean
  /** Where the data of a page's routes is. @default with `.data` */
  readonly dataOf?: (path: string) => string
}

const singleFetch = (path: string): string => path.replace(/(?=\?|$)/, '.data')

/** More than the 8 MiB that a response may have. */
const TOO_LONG = 9_000_000

/** Registers the tests of responses that come in parts, of which some never come. */
export function describeParts(subject: PartsSubject, site: () => Site): void {
  describeDeferred(subject, site)
  describeBodies(site)
}

/** Waits until what was asked for before would have been stored: what is whole is, and was asked for later. */
async function othersStored(site: Site): Promise<void> {
  const path = newPath('streamed')
  const first = await made(site, path)
  await settled(site.bucket)
  expect(shown(await document(site.b, path), 'render')).toBe(shown(first, 'render'))
}

function describeDeferred({ isWrapped = false, dataOf = singleFetch }: PartsSubject, site: () => Site): void {
  test('a document streams the first time, and is whole from the cache', async () => {
    const { a, b } = site()
    const gate = newGate()
    const path = `${newPath('streamed')}?gate=${gate}`
    const { first, whole } = await begin(a, path, 'id="waiting"')
    expect(first).not.toContain('all there')
    await openGate(a, gate)
    const text = await whole()
    expect(text).toContain('all there')
    await stored(site(), path)
    // The gate of B is shut.
    expect((await document(b, path)).body).toBe(text)
  })

  test('what has failed in part is not stored, although its status is 200', async () => {
    const { a, b } = site()
    const path = `${newPath('streamed')}?fail`
    for (const server of [a, b]) {
      const { status, body } = await document(server, path)
      expect([status, body.includes('failed')]).toEqual([200, true])
      expect((await document(server, dataOf(path))).status).toBe(200)
    }
    await othersStored(site())
    for (const each of [path, dataOf(path)]) expect(isHit(await document(a, each))).toBe(false)
  })

  test('a page that who asked leaves after its first part is never half', async () => {
    const { a, b } = site()
    const gate = newGate()
    const path = `${newPath('streamed')}?gate=${gate}`
    const { leave } = await begin(a, path, 'id="waiting"')
    await leave()
    for (const server of [a, b]) await openGate(server, gate)
    // A handler with a cache in front goes on for all; what middleware is in ends with its request.
    if (isWrapped) await stored(site(), path)
    else await othersStored(site())
    const { body, cache } = await document(b, path)
    expect([cache[0], body.includes('all there')]).toEqual([isWrapped ? 'hit' : 'fwd=uri-miss', true])
  })
}

function describeBodies(site: () => Site): void {
  test('a body that breaks off in its middle is nobody’s answer from the cache', async () => {
    const { a, b } = site()
    const path = `${newPath('raw')}?breaks`
    await expect(document(a, path)).rejects.toThrow()
    await othersStored(site())
    await expect(document(b, path)).rejects.toThrow()
    const whole = newPath('raw')
    const first = await made(site(), whole)
    expect((await document(b, whole)).body).toBe(first.body)
  })

  test('a body that is too long is whole each time, and made each time', async () => {
    const { a, b } = site()
    const path = `${newPath('raw')}?bytes=${TOO_LONG}`
    const first = await document(a, path)
    await othersStored(site())
    const again = await document(b, path)
    for (const { body } of [first, again]) expect(body.length).toBeGreaterThan(TOO_LONG)
    expect(again.renders).not.toEqual(first.renders)
  })
}
