import { describe, expect, it, vi } from 'vitest'
import { deferred } from '../../../test/http/counting-server.ts'
import { twoProcesses } from '../../../test/http/two-processes.ts'
import { memoryStore } from '../../cache.ts'
import { bodyOf } from '../inspect/entry-body.ts'
import { readEntry } from '../inspect/read-entry.ts'
import { BodyValue, isBodyValue, type Whole } from './body-value.ts'

const whole = (head: unknown, bytes: string | Buffer): BodyValue =>
  new BodyValue(head, Promise.resolve({ head, bytes: Buffer.from(bytes) }))

const wholeOf = async (value: unknown): Promise<Whole<unknown>> => {
  if (!isBodyValue(value)) throw new Error('it is no body')
  return await value.whole
}

describe('bytes with a head', () => {
  it('come back as they were, in all processes', async () => {
    const { here, there } = twoProcesses()
    const bytes = Buffer.from([0, 255, 13, 10])
    await here.cache.set('k', whole({ status: 200, headers: [['a', 'ü']] }, bytes))
    for (const { cache } of [here, there, there]) {
      const value = await cache.get('k')
      expect(await wholeOf(value)).toEqual({ head: { status: 200, headers: [['a', 'ü']] }, bytes })
      expect(isBodyValue(value) && value.head).toEqual({ status: 200, headers: [['a', 'ü']] })
    }
    expect((await there.cache.getEntry('k'))?.size).toBe(4 + '{"status":200,"headers":[["a","ü"]]}'.length + 1)
  })

  it('are there for who asked before they have all come, and are stored with the head that they end with', async () => {
    const { here } = twoProcesses()
    const later = deferred<Whole<unknown>>()
    const make = vi.fn(() => new BodyValue('early', later.promise))
    const value = await here.cache.remember('k', make)
    expect(value.head).toBe('early')
    expect(await here.cache.get('k')).toBeUndefined()
    const joined = await here.cache.remember('k', make)
    later.resolve({ head: 'late', bytes: Buffer.from('x') })
    await here.cache.close()
    expect(make).toHaveBeenCalledTimes(1)
    expect([await wholeOf(joined), await wholeOf(await here.cache.get('k'))]).toEqual([
      { head: 'late', bytes: Buffer.from('x') },
      { head: 'late', bytes: Buffer.from('x') },
    ])
  })

  it('are not stored where they fail, which is told, and asks nobody to catch it', async () => {
    const { here } = twoProcesses()
    const failed = new BodyValue('head', Promise.reject(new Error('cut')))
    await here.cache.remember('k', () => failed)
    await here.cache.close()
    expect(await here.cache.get('k')).toBeUndefined()
    const error = expect.objectContaining({ message: expect.stringContaining('cut') }) as unknown
    expect(here.events).toContainEqual(expect.objectContaining({ name: 'not-stored', key: 'k', error }))
    await expect(here.cache.set('k', failed)).rejects.toMatchObject({ code: 'ERR_UNENCODABLE_VALUE' })
  })

  it('are stored as bytes, compressed where that pays, and shown as what they are', async () => {
    const store = memoryStore()
    const { here } = twoProcesses({ store })
    await here.cache.set('k', whole({ status: 404, headers: [['content-type', 'a/b']] }, Buffer.alloc(1_000_000)))
    const { objects } = await store.list('p/v1/entries/')
    expect(objects[0]?.size).toBeLessThan(2000)
    const read = await readEntry(store, objects[0]?.key ?? '')
    const { bytes, ...rest } = (read?.kind === 'entry' && bodyOf(read.entry)) || { bytes: Buffer.alloc(0) }
    expect(bytes.equals(Buffer.alloc(1_000_000))).toBe(true)
    expect(rest).toEqual({ contentType: 'a/b', headers: { 'content-type': 'a/b' }, status: 404 })
  })
})
