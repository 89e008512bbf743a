import { mkdtemp, readdir, rm, utimes, writeFile, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newFolder } from '../../../test/new-folder.ts'
import { runs } from '../../../test/property.ts'
import { describeObjectStore } from './describe-object-store.ts'
import { pathOf, readName, toBytesText } from './fs-names.ts'
import { createFsObjectStore } from './fs-store.ts'

describeObjectStore('the file store', async () => {
  const directory = await mkdtemp(join(tmpdir(), 's3-cache-fs-'))
  return {
    store: createFsObjectStore({ directory }),
    close: () => rm(directory, { recursive: true, force: true }),
  }
})

describe('the file store on its disk', () => {
  it('leaves no folder behind when its last object is deleted', async () => {
    const directory = await newFolder()
    const store = createFsObjectStore({ directory })
    await store.put('a/b/c', Buffer.from('x'))
    await store.delete('a/b/c')
    expect((await readdir(directory)).filter((name) => !name.startsWith('.'))).toEqual([])
  })

  it('neither lists nor keeps what a writer that was killed has left', async () => {
    const directory = await newFolder()
    const leftover = join(directory, '.tmp', 'leftover')
    await mkdir(join(directory, '.tmp'))
    await writeFile(leftover, 'half')
    const yesterday = new Date(Date.now() - 24 * 60 * 60_000)
    await utimes(leftover, yesterday, yesterday)
    const store = createFsObjectStore({ directory })
    await store.put('k', Buffer.from('x'))
    expect((await store.list('')).objects.map(({ key }) => key)).toEqual(['k'])
    expect(await readdir(join(directory, '.tmp'))).toEqual([])
  })

  it('keeps a lock from outliving the process that held it', async () => {
    const directory = await newFolder()
    const store = createFsObjectStore({ directory })
    await store.put('k', Buffer.from('one'))
    const lock = join(directory, '.locks', '8254c329a92850f6d539dd376f4816ee2764517da5e0235514af433164480d7a')
    await writeFile(lock, 'somebody')
    const longAgo = new Date(Date.now() - 60_000)
    await utimes(lock, longAgo, longAgo)
    expect(await store.put('k', Buffer.from('two'))).toMatchObject({ kind: 'stored' })
    expect(await readdir(join(directory, '.locks'))).toEqual([])
  })

  it('is one store for several openings of the same folder', async () => {
    const directory = await newFolder()
    const [one, other] = [createFsObjectStore({ directory }), createFsObjectStore({ directory })]
    const puts = Array.from({ length: 40 }, (_, index) =>
      (index % 2 === 0 ? one : other).put('k', Buffer.from(String(index)), { ifNoneMatch: '*' }),
    )
    expect((await Promise.all(puts)).filter(({ kind }) => kind === 'stored')).toHaveLength(1)
  })
})

describe('the names of its files', () => {
  const key = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc
      .array(fc.constantFrom('a', 'A', '/', '.', '..', '%', '!', '+', 'con', 'é', '😀', 'x'.repeat(199), 'Y'), {
        maxLength: 9,
      })
      .map((parts) => parts.join('')),
  )

  it('tell keys apart, also where case is not, and lead back to them', () => {
    fc.assert(
      fc.property(key, key, (one, other) => {
        const path = pathOf(one)
        expect(path.join('/').toLowerCase()).toBe(path.join('/'))
        expect(path.join('/') === pathOf(other).join('/')).toBe(one === other)
        expect(path.map((name) => readName(name).text).join('')).toBe(toBytesText(one))
        for (const name of path) expect(name).toMatch(/^[a-z0-9_=,@%-][a-z0-9_=,@%!+-]{0,254}$/)
      }),
      runs(1000),
    )
  })
})
