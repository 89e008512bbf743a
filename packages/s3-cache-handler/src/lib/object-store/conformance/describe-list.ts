import { expect, it } from 'vitest'
import { itNeeds, keysOf, listAll, putAll, type ObjectStoreCapabilities, type Subject } from './subject.ts'

export function describeList(subject: () => Subject, capabilities: ObjectStoreCapabilities): void {
  const itOrders = itNeeds(capabilities, 'orderedList')

  it('answers an empty page where nothing is', async () => {
    const { store, root } = subject()
    const page = await store.list(root)
    expect(page.objects).toEqual([])
    expect(page.cursor).toBeUndefined()
  })

  itOrders('orders keys by their UTF-8 bytes, not by UTF-16 units, case or language', async () => {
    const { store, root } = subject()
    const ordered = ['+', 'A', 'B', 'a', 'a/b', 'aa', 'é', '～', '😀']
    await putAll(store, root, ordered.toReversed())
    expect(await listAll(store, root)).toMatchObject(ordered.map((name) => ({ key: root + name })))
  })

  it('pages through all objects once, without a cursor after the last', async () => {
    const { store, root } = subject()
    await putAll(store, root, ['1', '2', '3', '4'])
    const first = await store.list(root, { limit: 2 })
    const second = await store.list(root, { limit: 2, cursor: first.cursor })
    expect([first.objects.length, second.objects.length]).toEqual([2, 2])
    expect(second.cursor).toBeUndefined()
    const names = keysOf([...first.objects, ...second.objects]).map((key) => key.slice(root.length))
    expect(names.toSorted()).toEqual(['1', '2', '3', '4'])
  })

  it('goes on from a cursor though what it has listed was deleted', async () => {
    const { store, root } = subject()
    await putAll(store, root, ['1', '2', '3', '4', '5'])
    const first = await store.list(root, { limit: 2 })
    await store.deleteMany(keysOf(first.objects))
    const rest = await store.list(root, { cursor: first.cursor })
    expect(rest.objects).toHaveLength(3)
    expect(keysOf(await listAll(store, root)).toSorted()).toEqual(keysOf(rest.objects).toSorted())
  })

  it('takes a prefix literally', async () => {
    const { store, root } = subject()
    await putAll(store, root, [
      'cache_v1/a',
      'cache_v10/a',
      'cacheXv1/a',
      'cache_2',
      'CACHE_v1/a',
      'x*',
      'xy',
      '%2F',
      '/',
    ])
    expect(keysOf(await listAll(store, `${root}cache_v1/`))).toEqual([`${root}cache_v1/a`])
    expect(keysOf(await listAll(store, `${root}cache_`))).toHaveLength(3)
    expect(keysOf(await listAll(store, `${root}x*`))).toEqual([`${root}x*`])
    expect(keysOf(await listAll(store, `${root}%2F`))).toEqual([`${root}%2F`])
    expect(keysOf(await listAll(store, `${root}cache_2/`))).toEqual([])
  })
}

export function describeDeleteMany(subject: () => Subject): void {
  it('lists and deletes thousands of objects, and nothing else', { timeout: 60_000 }, async () => {
    const { store, root } = subject()
    const names = Array.from({ length: 2500 }, (_, index) => `many/${index}`)
    await putAll(store, root, [...names, 'neighbour'])
    expect((await store.list(`${root}many/`, { limit: 5000 })).objects).toHaveLength(1000)
    const listed = keysOf(await listAll(store, `${root}many/`))
    expect(listed.toSorted()).toEqual(names.map((name) => root + name).toSorted())
    expect(await store.deleteMany(listed)).toEqual({ failed: [] })
    expect(keysOf(await listAll(store, root))).toEqual([`${root}neighbour`])
  })

  it('counts a missing object as deleted, and takes no keys at all', async () => {
    const { store, root } = subject()
    await putAll(store, root, ['there'])
    expect(await store.deleteMany([`${root}none`, `${root}there`])).toEqual({ failed: [] })
    expect(await store.deleteMany([])).toEqual({ failed: [] })
    expect(await listAll(store, root)).toEqual([])
  })
}
