import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { createFileStore } from '../src/lib/store/file-store.ts'
import { createMemoryStore } from '../src/lib/store/memory-store.ts'
import { storeSuite } from './store-suite.ts'

const root = mkdtempSync(join(tmpdir(), 'local-s3-store-'))
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(root, 'data-'))
})
afterAll(() => rmSync(root, { recursive: true }))

describe('the memory store', () => storeSuite(createMemoryStore))

describe('the file store', () => {
  storeSuite(() => createFileStore(folder))

  const info = { size: 5, etag: '"e"', lastModified: 7_000, headers: { 'content-type': 'text/plain' } }
  const put = async (key: string): Promise<void> => {
    const store = createFileStore(folder)
    await store.createBucket('bucket')
    await store.bucket('bucket')?.put(key, { info, body: Buffer.from('hello') })
  }
  const onlyFile = (): string => {
    const objects = join(folder, 'buckets', 'bucket')
    return join(objects, readdirSync(objects)[0] ?? '')
  }

  it('finds buckets and objects again when it is opened again', async () => {
    await put('a/../b\n')
    const bucket = createFileStore(folder).bucket('bucket')
    expect(bucket?.objects.get('a/../b\n')).toEqual(info)
    const found = await bucket?.get('a/../b\n')
    expect([found?.info, Buffer.from(found?.body ?? []).toString()]).toEqual([info, 'hello'])
  })

  it('leaves no temporary files, neither of refused writes nor of a process that was killed', async () => {
    await put('key')
    const temporary = join(folder, 'tmp')
    const bucket = createFileStore(folder).bucket('bucket')
    const refuse = (): never => {
      throw new Error('refused')
    }
    await expect(bucket?.put('key', { info, body: Buffer.from('other') }, refuse)).rejects.toThrow('refused')
    expect(readdirSync(temporary)).toEqual([])
    writeFileSync(join(temporary, 'half'), 'x')
    createFileStore(folder)
    expect(readdirSync(temporary)).toEqual([])
  })

  it('ignores files that are not objects', async () => {
    await put('key')
    writeFileSync(join(folder, 'buckets', 'bucket', '.DS_Store'), 'x')
    expect(createFileStore(folder).bucket('bucket')?.objects.size).toBe(1)
  })

  it('names the file that is not whole', async () => {
    await put('key')
    truncateSync(onlyFile(), 30)
    expect(() => createFileStore(folder)).toThrow(`${onlyFile()} is not a whole object`)
  })

  it('names the file whose body is cut off', async () => {
    await put('key')
    writeFileSync(onlyFile(), 'xx', { flag: 'a' })
    expect(() => createFileStore(folder)).toThrow(`${onlyFile()} is not a whole object`)
  })
})
