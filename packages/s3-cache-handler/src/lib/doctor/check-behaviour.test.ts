import { describe, expect, it } from 'vitest'
import { createPatient, findingsOf } from '../../../test/patient.ts'
import { createMemoryObjectStore } from '../object-store/memory-store.ts'
import { ObjectStoreError } from '../object-store/object-store-error.ts'
import type { GetResult, ListPage, ObjectStore } from '../object-store/object-store.ts'
import { checkConsistency, checkFeatures } from './check-behaviour.ts'
import type { Finding } from './finding.ts'

const inner = createMemoryObjectStore({ maxBytes: 1e6 })

const consistency = async (more?: Partial<ObjectStore>): Promise<string[]> =>
  (await findingsOf(checkConsistency(createPatient({ store: { ...inner, ...more } })))).map(
    ({ severity, says }) => `${severity}: ${says}`,
  )
const OK_TEXT: unknown = expect.stringMatching(/^ok: /)

describe('a store that is consistent', () => {
  it('is found to be so, and nothing is left in it', async () => {
    expect(await consistency()).toEqual([OK_TEXT, OK_TEXT, OK_TEXT])
    expect((await inner.list('')).objects).toEqual([])
  })
})

describe('a store that is not', () => {
  it.each<[string, () => Partial<ObjectStore>]>([
    [
      'error: what was written a moment ago was not there',
      () => ({ get: async (): Promise<GetResult> => ({ kind: 'absent' }) }),
    ],
    [
      'error: what was overwritten a moment ago was read',
      () => {
        const first = new Map<string, GetResult>()
        return {
          async get(key) {
            const answer = first.get(key) ?? (await inner.get(key))
            first.set(key, answer)
            return answer
          },
        }
      },
    ],
    [
      'error: what was deleted a moment ago was read',
      () => {
        let last: GetResult = { kind: 'absent' }
        return {
          async get(key) {
            const answer = await inner.get(key)
            return answer.kind === 'absent' ? last : (last = answer)
          },
        }
      },
    ],
  ])('is found by reads: %s', async (says, more) => {
    expect(await consistency(more())).toEqual([says, OK_TEXT, OK_TEXT])
    expect((await inner.list('')).objects).toEqual([])
  })

  it.each<[string, () => Partial<ObjectStore>]>([
    [
      'error: what was written a moment ago was not listed',
      () => ({ list: async (): Promise<ListPage> => ({ objects: [] }) }),
    ],
    [
      'error: what was deleted a moment ago was listed',
      () => {
        let last: ListPage = { objects: [] }
        return {
          async list(prefix) {
            const page = await inner.list(prefix)
            return page.objects.length === 0 ? last : (last = page)
          },
        }
      },
    ],
  ])('is found by listings: %s', async (says, more) => {
    expect(await consistency(more())).toEqual([OK_TEXT, says, OK_TEXT])
    expect((await inner.list('')).objects).toEqual([])
  })

  it('is not blamed for what could not be tried', async () => {
    const fail = (): Promise<never> =>
      Promise.reject(new ObjectStoreError('ERR_OBJECT_STORE_BUSY', 'failed', { operation: 'put', key: 'k' }))
    expect(await consistency({ put: fail })).toEqual([
      expect.stringMatching(/^unknown: could not be tried: /),
      expect.stringMatching(/^unknown: could not be tried: /),
      expect.stringMatching(/^error: Object store put "k" failed: clear, prune and gc fail/),
    ])
  })
})

it('waits where a store takes one write a second to a key', async () => {
  let lastAt = -Infinity
  const put: ObjectStore['put'] = (key, body) => {
    const isTooSoon = key.endsWith('-read') && performance.now() - lastAt < 1000
    if (isTooSoon) {
      return Promise.reject(new ObjectStoreError('ERR_OBJECT_STORE_BUSY', 'failed', { operation: 'put', key }))
    }
    if (key.endsWith('-read')) lastAt = performance.now()
    return inner.put(key, body)
  }
  expect(await consistency({ put })).toEqual([OK_TEXT, OK_TEXT, OK_TEXT])
})

it('a store without DeleteObjects is found', async () => {
  const deleteMany = (): Promise<never> =>
    Promise.reject(new ObjectStoreError('ERR_OBJECT_STORE_FAILED', 'failed', { operation: 'deleteMany', key: 'k' }))
  expect(await consistency({ deleteMany })).toEqual([OK_TEXT, OK_TEXT, expect.stringMatching(/^error: .*clear, prune/)])
  expect((await inner.list('')).objects).toEqual([])
})

describe('what not every store has', () => {
  const features = (more?: Partial<ObjectStore>, expiryTags?: boolean): Promise<Finding[]> =>
    findingsOf(
      checkFeatures(createPatient({ store: { ...inner, ...more }, options: { expiryTags: expiryTags === true } })),
    )

  it('is looked for, tags only where they are wanted', async () => {
    expect((await features()).map(({ check, severity }) => [check, severity])).toEqual([
      ['conditional writes', 'ok'],
      ['conditional deletes', 'ok'],
    ])
    expect((await features({}, true)).map(({ check }) => check)).toContain('tags of objects')
  })

  it('is missed with what degrades', async () => {
    const put: ObjectStore['put'] = (key, body, { tags } = {}) =>
      tags === undefined
        ? inner.put(key, body)
        : Promise.reject(
            new ObjectStoreError('ERR_OBJECT_STORE_FAILED', 'failed', {
              operation: 'put',
              key,
              storeCode: 'NotImplemented',
            }),
          )
    const found = await features({ put, delete: (key) => inner.delete(key) }, true)
    expect(found.map(({ severity, says }) => `${severity}: ${says}`)).toEqual([
      expect.stringMatching(/^warning: a PUT with If-None-Match: \* replaced an object: .* add, inc and dec reject/),
      expect.stringMatching(/^warning: a DELETE with If-Match of another ETag deleted an object: /),
      expect.stringMatching(/^warning: Object store put .* failed: objects carry no expiry tag/),
    ])
    expect(found.every(({ advice }) => advice !== undefined)).toBe(true)
  })
})
