import { mkdir, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newFolder } from '../../../test/new-folder.ts'
import { pathOf } from './fs-names.ts'
import { createFsObjectStore } from './fs-store.ts'
import type { ObjectStore } from './object-store.ts'

const text = (body: string): Buffer => Buffer.from(body)

async function setUp(): Promise<{ store: ObjectStore; directory: string; file: string }> {
  const directory = await newFolder()
  const store = createFsObjectStore({ directory })
  await store.put('a', text('before'))
  await store.put('b', text('the body'))
  await store.put('c', text('after'))
  return { store, directory, file: join(directory, ...pathOf('b')) }
}

async function keysOf(store: ObjectStore): Promise<string[]> {
  return (await store.list('')).objects.map(({ key }) => key)
}

/** It is neither found nor in the way. */
async function expectAbsent(store: ObjectStore, spoil: () => Promise<void>): Promise<void> {
  await spoil()
  expect(await store.get('b')).toMatchObject({ kind: 'absent' })
  expect(await store.head('b')).toBeUndefined()
  expect(await keysOf(store)).toEqual(['a', 'c'])
  expect(await store.put('b', text('x'), { ifMatch: '"1"' })).toEqual({ kind: 'condition-failed' })
  expect(await store.put('b', text('new'), { ifNoneMatch: '*' })).toMatchObject({ kind: 'stored' })
  expect(await store.get('b')).toMatchObject({ kind: 'found', body: text('new') })
  await spoil()
  expect(await store.delete('b', { ifMatch: '"1"' })).toBe(true)
  expect(await store.put('b', text('newer'))).toMatchObject({ kind: 'stored' })
  await spoil()
  expect(await store.deleteMany(['b'])).toEqual({ failed: [] })
  expect(await keysOf(store)).toEqual(['a', 'c'])
}

describe('a file that no put has left whole is no object', () => {
  it('when it is empty, as after a crash of the machine', async () => {
    const { store, file } = await setUp()
    await expectAbsent(store, () => truncate(file))
  })

  it('when its head is cut off', async () => {
    const { store, file } = await setUp()
    await expectAbsent(store, () => truncate(file, 20))
  })

  it('when its body is cut off', async () => {
    const { store, file } = await setUp()
    await expectAbsent(store, async () => truncate(file, (await readFile(file)).length - 1))
  })

  it('when its head is not JSON, or not that of an object', async () => {
    const { store, file } = await setUp()
    await expectAbsent(store, () => writeFile(file, 'somebody\nwas here'))
    await expectAbsent(store, () => writeFile(file, 'null\n'))
    await expectAbsent(store, () => writeFile(file, '{"size":3}\nabc'))
  })

  it('when it is a folder', async () => {
    const { store, file } = await setUp()
    await expectAbsent(store, async () => {
      await rm(file, { force: true })
      await mkdir(join(file, 'more'), { recursive: true })
    })
  })

  it('nor is what is below a file', async () => {
    const { store, directory } = await setUp()
    await writeFile(join(directory, 'folder'), 'a file')
    expect(await store.get('folder/k')).toMatchObject({ kind: 'absent' })
    expect(await store.head('folder/k')).toBeUndefined()
    expect(await store.delete('folder/k')).toBe(true)
    expect(await keysOf(store)).toEqual(['a', 'b', 'c'])
  })
})

it('reads heads of any length', async () => {
  const { store } = await setUp()
  for (const length of [8000, 8192, 100_000]) {
    const contentType = `text/${'é'.repeat(length)}`
    await store.put('b', text('the body'), { contentType })
    expect(await store.head('b')).toMatchObject({ size: 8, contentType })
    expect(await store.get('b')).toMatchObject({ body: text('the body'), contentType })
    expect((await store.list('b')).objects).toMatchObject([{ key: 'b', size: 8 }])
  }
})

it('writes though what a killed writer has left cannot be removed', async () => {
  const { directory } = await setUp()
  const leftover = join(directory, '.tmp', 'leftover')
  await mkdir(leftover)
  const yesterday = new Date(Date.now() - 24 * 60 * 60_000)
  await utimes(leftover, yesterday, yesterday)
  const store = createFsObjectStore({ directory })
  for (const body of ['one', 'two']) expect(await store.put('b', text(body))).toMatchObject({ kind: 'stored' })
  expect(await readdir(join(directory, '.tmp'))).toEqual(['leftover'])
})

describe('a call that is aborted under way', () => {
  async function abort(call: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    const controller = new AbortController()
    const result = call(controller.signal)
    controller.abort(new Error('the visitor left'))
    await expect(result).rejects.toMatchObject({ code: 'ERR_OBJECT_STORE_ABORTED' })
  }

  it('does not replace an object, and leaves nothing of the new one', async () => {
    const { store, directory } = await setUp()
    await abort((signal) => store.put('b', text('new'), { signal }))
    expect(await store.get('b')).toMatchObject({ body: text('the body') })
    expect(await readdir(join(directory, '.tmp'))).toEqual([])
  })

  it('lists no more', async () => {
    const { store } = await setUp()
    await abort((signal) => store.list('', { signal }))
  })

  it('deletes no more', async () => {
    const { store } = await setUp()
    const many = Array.from({ length: 30 }, (_, index) => `many/${index}`)
    for (const key of many) await store.put(key, text('x'))
    await abort((signal) => store.deleteMany(many, { signal }))
    expect((await keysOf(store)).length).toBeGreaterThan(3)
  })
})
