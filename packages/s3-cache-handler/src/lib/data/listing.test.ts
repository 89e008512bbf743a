import { describe, expect, it } from 'vitest'
import { createMemoryObjectStore } from '../object-store/memory-store.ts'
import type { S3Cache } from './data-cache.ts'
import { openDataCache } from './open-data-cache.ts'

const open = (): S3Cache =>
  openDataCache({ store: createMemoryObjectStore({ maxBytes: 1e8 }), logger: null, log: 'silent' }, {})

const invalid = (option: string, message: string) =>
  expect.objectContaining({ code: 'ERR_INVALID_OPTION', option, message }) as unknown

describe('keys', () => {
  it('refuses a limit that S3 has not, and one of none, which would look like the last page', async () => {
    const cache = open()
    await cache.set('a', 1)
    for (const limit of [0, -1, 1.5, 1001, NaN, Infinity]) {
      const message = `"limit" must be a whole number from 1 to 1000, got ${limit}`
      await expect(cache.keys({ limit })).rejects.toEqual(invalid('limit', message))
    }
    for (const limit of [1, 1000]) expect((await cache.keys({ limit })).keys).toHaveLength(1)
    const text = { limit: '1' } as unknown as { limit: number }
    await expect(cache.keys(text)).rejects.toMatchObject({ option: 'limit' })
  })

  it('refuses a cursor that is no string', async () => {
    const options = { cursor: 5 as unknown as string }
    await expect(open().keys(options)).rejects.toEqual(invalid('cursor', '"cursor" must be a string, got 5'))
  })
})

describe('prune', () => {
  it('refuses a number of deletions that is none', async () => {
    for (const maxDeletes of [NaN, -1, '5' as unknown as number]) {
      await expect(open().prune({ maxDeletes })).rejects.toMatchObject({
        code: 'ERR_INVALID_OPTION',
        option: 'maxDeletes',
        message: expect.stringContaining('must be a number of 0 or more, got'),
      })
    }
    for (const maxDeletes of [0, Infinity]) {
      expect(await open().prune({ maxDeletes })).toEqual({ scanned: 0, deleted: 0 })
    }
  })
})
