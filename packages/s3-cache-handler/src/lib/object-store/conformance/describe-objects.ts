import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import type { ObjectSummary } from '../object-store.ts'
import { keysOf, listAll, putAll, read, text, type Subject } from './subject.ts'

export function describeBodies(subject: () => Subject): void {
  it('answers that there is no such object with a value', async () => {
    const { store, root } = subject()
    expect(await store.get(`${root}none`)).toMatchObject({ kind: 'absent' })
    expect(await store.get(`${root}none`, { ifNoneMatch: '"0"' })).toMatchObject({ kind: 'absent' })
    expect(await store.head(`${root}none`)).toBeUndefined()
    expect(await store.delete(`${root}none`)).toBe(true)
  })

  it('gives back an empty object', async () => {
    await expectRoundTrip(subject(), new Uint8Array())
  })

  it('gives back every byte from 0x00 to 0xff', async () => {
    await expectRoundTrip(
      subject(),
      Uint8Array.from({ length: 512 }, (_, index) => index % 256),
    )
  })

  it('gives back many megabytes', { timeout: 60_000 }, async () => {
    await expectRoundTrip(subject(), randomBytes(16 * 1024 * 1024 + 1))
  })

  it('shows readers the old object or the new one, and nothing in between', { timeout: 60_000 }, async () => {
    const { store, root } = subject()
    const bodies = [1, 2, 3, 4].map((digit) => Buffer.alloc(200_000, digit))
    await store.put(`${root}k`, bodies[0] ?? text(''))
    const done = new AbortController()
    const readers = Array.from({ length: 3 }, async () => {
      while (!done.signal.aborted) {
        const found = await store.get(`${root}k`)
        if (found.kind !== 'found') throw new Error('The object was gone for a moment')
        expect(bodies.some((body) => body.equals(found.body))).toBe(true)
      }
    })
    for (let round = 0; round < 8; round++) await Promise.all(bodies.map((body) => store.put(`${root}k`, body)))
    done.abort()
    await Promise.all(readers)
  })

  it('replaces an object as a whole', async () => {
    const { store, root } = subject()
    await store.put(`${root}k`, text('something long'))
    await store.put(`${root}k`, text('short'))
    expect(await read(store, `${root}k`)).toBe('short')
  })

  it('keeps its bytes apart from those that it was given and gives out', async () => {
    const { store, root } = subject()
    const given = text('kept')
    await store.put(`${root}k`, given)
    given.fill(0)
    const found = await store.get(`${root}k`)
    if (found.kind === 'found') found.body.fill(0)
    expect(await read(store, `${root}k`)).toBe('kept')
  })

  it('deletes an object', async () => {
    const { store, root } = subject()
    await store.put(`${root}k`, text('x'))
    expect(await store.delete(`${root}k`)).toBe(true)
    expect(await store.get(`${root}k`)).toMatchObject({ kind: 'absent' })
  })
}

export function describeSummaries(subject: () => Subject): void {
  it('describes an object alike in get, head and list', async () => {
    const { store, root } = subject()
    const put = await store.put(`${root}k`, text('12345'), { contentType: 'text/plain' })
    const head = await store.head(`${root}k`)
    const { objects } = await store.list(root)
    expect(head).toMatchObject({ key: `${root}k`, size: 5, etag: expect.stringMatching(/./) })
    expect(put).toMatchObject({ kind: 'stored', etag: head?.etag })
    expect(await store.get(`${root}k`)).toMatchObject({
      kind: 'found',
      ...toSeconds(head),
      lastModified: expect.any(Number),
    })
    expect([toSeconds(head)]).toMatchObject(objects.map(toSeconds))
    expect(toSeconds(head)?.lastModified).toBeGreaterThan(0)
  })

  it('keeps the media type and the metadata with the bytes, and drops them with the next ones', async () => {
    const { store, root } = subject()
    const details = { contentType: 'application/x-thing', metadata: { 'a-b': 'c, d;e=f', long: 'x'.repeat(1900) } }
    await store.put(`${root}k`, text('one'), details)
    expect(await store.get(`${root}k`)).toMatchObject({ kind: 'found', ...details })
    expect(await store.head(`${root}k`)).toMatchObject(details)
    await store.put(`${root}k`, text('two'))
    expect(await store.get(`${root}k`)).toMatchObject({ metadata: {} })
    expect(await store.head(`${root}k`)).toMatchObject({ metadata: {} })
  })

  it('answers "not modified" for as long as the object has the ETag that the reader knows', async () => {
    const { store, root } = subject()
    await store.put(`${root}k`, text('one'))
    const one = await store.get(`${root}k`)
    if (one.kind !== 'found') throw new Error('The object was not stored')
    expect(await store.get(`${root}k`, { ifNoneMatch: one.etag })).toMatchObject({ kind: 'not-modified' })
    await store.put(`${root}k`, text('two'))
    const two = await store.get(`${root}k`, { ifNoneMatch: one.etag })
    expect(two).toMatchObject({ kind: 'found', body: text('two') })
    expect(two).not.toMatchObject({ etag: one.etag })
  })
}

export function describeKeys(subject: () => Subject): void {
  it('keeps an object and those "below" it apart', async () => {
    await expectKeysApart(subject(), ['a', 'a/b', 'a/b/c', 'ab'])
  })

  it('takes keys as they are, in all characters that encoded keys are made of', async () => {
    const escapes = ['a%2Fb', 'a%252Fb', 'a%2fb', 'a/b', 'a%20b', 'a+b', 'a%2Bb', '%2E./%2E./etc', '%00', '%C3%A9']
    const marks = ['A', 'a', '+', 'a/+', '+a', '$', '$&', '(x)@y=z,w', '-_', 'a.b', 'a..b', '~shared', "it's!*"]
    await expectKeysApart(subject(), [...escapes, ...marks])
  })

  it('takes a prefix of any text, as users may choose one', async () => {
    await expectKeysApart(subject(), [
      'p &<>"?#=;:|\\^`{}[]/k',
      'é/k',
      'e\u0301/k',
      '東京 😀/k',
      'a//b',
      '&amp;/k',
      '1e3',
      ' a ',
    ])
  })

  it('takes parts of 255 bytes, also of letters that take several', async () => {
    await expectKeysApart(subject(), [
      `${'n'.repeat(255)}/k`,
      `${'n'.repeat(254)}/k`,
      `${'東'.repeat(85)}/k`,
      'N'.repeat(255),
    ])
  })

  it('tells keys apart that differ in case or normal form alone', async () => {
    await expectKeysApart(subject(), ['key', 'Key', 'KEY', 'key/x', 'Key/x', 'é', 'e\u0301', 'ß', 'ss', 'SS'])
  })

  it('takes keys of 1,024 bytes', async () => {
    const { root } = subject()
    const room = 1024 - Buffer.byteLength(root)
    await expectKeysApart(subject(), [
      `${'x'.repeat(200)}/`.repeat(9).slice(0, room - 1) + 'y',
      'x'.repeat(room),
      '+'.repeat(room),
    ])
  })
}

async function expectRoundTrip({ store, root }: Subject, body: Uint8Array): Promise<void> {
  await store.put(`${root}k`, body)
  const found = await store.get(`${root}k`)
  if (found.kind !== 'found') throw new Error('The object was not stored')
  expect(Buffer.isBuffer(found.body)).toBe(true)
  expect(found.size).toBe(body.length)
  expect(found.body.equals(body)).toBe(true)
}

/** Every name has an object of its own, found under this very name by get and list. */
async function expectKeysApart({ store, root }: Subject, names: readonly string[]): Promise<void> {
  await putAll(store, root, names)
  const found = await Promise.all(names.map((name) => read(store, root + name)))
  expect(found).toEqual(names)
  expect(keysOf(await listAll(store, root)).toSorted()).toEqual(names.map((name) => root + name).toSorted())
  const alone = await Promise.all(names.map((name) => listAll(store, root + name)))
  expect(alone.map(([first]) => first?.key)).toEqual(names.map((name) => root + name))
  expect(await store.deleteMany(names.map((name) => root + name))).toEqual({ failed: [] })
  expect(await listAll(store, root)).toEqual([])
}

/** S3 tells whole seconds in headers, and may tell more in listings. */
const toSeconds = <T extends ObjectSummary | undefined>(object: T): T =>
  object && { ...object, lastModified: Math.floor(object.lastModified / 1000) }
