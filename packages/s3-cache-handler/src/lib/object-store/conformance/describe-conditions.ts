import { expect } from 'vitest'
import { CONCURRENCY, itNeeds, putForEtag, read, text, type ObjectStoreCapabilities, type Subject } from './subject.ts'

export function describeConditions(subject: () => Subject, capabilities: ObjectStoreCapabilities): void {
  const itPuts = itNeeds(capabilities, 'conditionalPut')
  const itDeletes = itNeeds(capabilities, 'conditionalDelete')

  itPuts('writes with ifNoneMatch only where no object is', async () => {
    const { store, root } = subject()
    const put = (body: string): Promise<unknown> => store.put(`${root}k`, text(body), { ifNoneMatch: '*' })
    expect(await put('first')).toMatchObject({ kind: 'stored' })
    expect(await put('second')).toEqual({ kind: 'condition-failed' })
    expect(await read(store, `${root}k`)).toBe('first')
    await store.delete(`${root}k`)
    expect(await put('third')).toMatchObject({ kind: 'stored' })
  })

  itPuts('writes with ifMatch only over the object that has this ETag', async () => {
    const { store, root } = subject()
    const etag = await putForEtag(store, `${root}k`, 'one')
    const newer = await store.put(`${root}k`, text('two'), { ifMatch: etag })
    expect(newer).toMatchObject({ kind: 'stored' })
    expect(await store.put(`${root}k`, text('three'), { ifMatch: etag })).toEqual({ kind: 'condition-failed' })
    expect(await read(store, `${root}k`)).toBe('two')
    expect(await store.put(`${root}none`, text('x'), { ifMatch: etag })).toEqual({ kind: 'condition-failed' })
    expect(await store.get(`${root}none`)).toMatchObject({ kind: 'absent' })
  })

  itPuts('lets exactly one of many concurrent writers create an object', async () => {
    const { store, root } = subject()
    const results = await race((body) => store.put(`${root}k`, text(body), { ifNoneMatch: '*' }))
    expect(results.filter(({ kind }) => kind === 'stored')).toHaveLength(1)
    expect(await read(store, `${root}k`)).toBe(String(results.findIndex(({ kind }) => kind === 'stored')))
  })

  itPuts('lets exactly one of many concurrent writers replace an object', async () => {
    const { store, root } = subject()
    const ifMatch = await putForEtag(store, `${root}k`, 'old')
    const results = await race((body) => store.put(`${root}k`, text(body), { ifMatch }))
    expect(results.filter(({ kind }) => kind === 'stored')).toHaveLength(1)
    expect(await read(store, `${root}k`)).toBe(String(results.findIndex(({ kind }) => kind === 'stored')))
  })

  itDeletes('deletes with ifMatch only the object that has this ETag', async () => {
    const { store, root } = subject()
    const old = await putForEtag(store, `${root}k`, 'one')
    const etag = await putForEtag(store, `${root}k`, 'two')
    expect(await store.delete(`${root}k`, { ifMatch: old })).toBe(false)
    expect(await read(store, `${root}k`)).toBe('two')
    expect(await store.delete(`${root}k`, { ifMatch: etag })).toBe(true)
    expect(await store.get(`${root}k`)).toMatchObject({ kind: 'absent' })
    expect(await store.delete(`${root}k`, { ifMatch: etag })).toBe(true)
  })
}

const race = <T>(write: (body: string) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: CONCURRENCY }, (_, index) => write(String(index))))
