import { expect, it } from 'vitest'
import { keysOf, listAll, putAll, text, type Subject } from './subject.ts'

export function describeSignal(subject: () => Subject): void {
  it('rejects an aborted read with a coded error that names the operation and the key', async () => {
    const { store, root } = subject()
    const signal = AbortSignal.abort()
    await expect(store.get(`${root}k`, { signal })).rejects.toMatchObject(aborted('get', `${root}k`))
    await expect(store.head(`${root}k`, { signal })).rejects.toMatchObject(aborted('head', `${root}k`))
    await expect(store.list(root, { signal })).rejects.toMatchObject(aborted('list', root))
  })

  it('rejects an aborted write in the same way, and does not do it', async () => {
    const { store, root } = subject()
    await putAll(store, root, ['k'])
    const signal = AbortSignal.abort()
    await expect(store.put(`${root}new`, text('x'), { signal })).rejects.toMatchObject(aborted('put', `${root}new`))
    await expect(store.delete(`${root}k`, { signal })).rejects.toMatchObject(aborted('delete', `${root}k`))
    await expect(store.deleteMany([`${root}k`], { signal })).rejects.toMatchObject(aborted('deleteMany', `${root}k`))
    expect(keysOf(await listAll(store, root))).toEqual([`${root}k`])
  })

  it('does so whatever the reason of the abort', async () => {
    const { store, root } = subject()
    const signal = AbortSignal.abort(new Error('the visitor left'))
    await expect(store.get(`${root}k`, { signal })).rejects.toMatchObject(aborted('get', `${root}k`))
    await expect(store.put(`${root}k`, text('x'), { signal })).rejects.toMatchObject(aborted('put', `${root}k`))
  })
}

const aborted = (operation: string, key: string): object => ({
  name: 'ObjectStoreError',
  code: 'ERR_OBJECT_STORE_ABORTED',
  operation,
  key,
  message: expect.stringContaining(key),
})
