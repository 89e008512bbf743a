import { rm, rmdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { messageOf } from '../errors.ts'
import { mapConcurrently } from '../map-concurrently.ts'
import { mayDelete, mayPut } from './conditions.ts'
import { hasCode } from './fs-errors.ts'
import { listFiles, type ListedFile } from './fs-list.ts'
import { FsLocks } from './fs-lock.ts'
import { fromBytesText, pathOf, toBytesText } from './fs-names.ts'
import { readHead, readObject, removeLeftovers, writeObject } from './fs-object.ts'
import { localStore } from './local-store.ts'
import { md5Etag } from './md5-etag.ts'
import type { DeleteManyResult, ListPage, ObjectHead, ObjectStore, PutOptions, PutResult } from './object-store.ts'

const MAX_PAGE = 1000

/**
 * Objects as files of one machine, which all its processes may share: for `next dev`, tests and single servers. A file
 * holds the object and what is known of it, and is replaced as a whole.
 * @param options.directory Is made when something is stored. Nothing outside it is touched.
 */
export function createFsObjectStore({ directory }: { readonly directory: string }): ObjectStore {
  const root = resolve(directory)
  const locks = new FsLocks(root)
  const fileOf = (key: string): string => join(root, ...pathOf(key))
  let cleaned: Promise<void> | undefined

  const remove = (key: string, ifMatch?: string): Promise<boolean> =>
    locks.hold(key, async () => {
      const file = fileOf(key)
      const present = ifMatch === undefined ? undefined : await readHead(file)
      if (!mayDelete(present?.head, ifMatch)) return false
      await rm(file, { force: true })
      await removeEmptyFolders(dirname(file), root)
      return true
    })

  return localStore({
    async get(key, { ifNoneMatch } = {}) {
      const date = Date.now()
      const object = await readObject(fileOf(key))
      if (object === undefined) return { kind: 'absent', date }
      const { head, body } = object
      return head.etag === ifNoneMatch
        ? { kind: 'not-modified', date }
        : { kind: 'found', key, body, size: body.length, ...head, date }
    },
    async head(key): Promise<ObjectHead | undefined> {
      const object = await readHead(fileOf(key))
      return object && { key, size: object.size, ...object.head }
    },
    list: (prefix, { cursor, limit = MAX_PAGE } = {}) => list(root, prefix, cursor, Math.min(limit, MAX_PAGE)),
    async put(key, body, options = {}) {
      await (cleaned ??= removeLeftovers(root))
      return await locks.hold(key, () => put(root, fileOf(key), body, options))
    },
    delete: (key, { ifMatch } = {}) => remove(key, ifMatch),
    async deleteMany(keys): Promise<DeleteManyResult> {
      const failed: { key: string; reason: string }[] = []
      await mapConcurrently(keys, async (key) => {
        await remove(key).catch((error: unknown) => failed.push({ key, reason: messageOf(error) }))
      })
      return { failed }
    },
  })
}

async function put(root: string, file: string, body: Uint8Array, options: PutOptions): Promise<PutResult> {
  const { ifMatch, ifNoneMatch, contentType, metadata = {} } = options
  const isConditional = ifMatch !== undefined || ifNoneMatch !== undefined
  const present = isConditional ? await readHead(file) : undefined
  if (!mayPut(present?.head, options)) return { kind: 'condition-failed' }
  const etag = md5Etag(body)
  await writeObject(root, file, { etag, lastModified: Date.now(), contentType, metadata }, body)
  return { kind: 'stored', etag }
}

async function list(root: string, prefix: string, cursor: string | undefined, limit: number): Promise<ListPage> {
  const date = Date.now()
  const files: ListedFile[] = []
  const wanted = { prefix: toBytesText(prefix), after: cursor === undefined ? '' : toBytesText(cursor) }
  for await (const file of listFiles(root, '', wanted)) {
    if (files.push(file) > limit) break
  }
  const page = files.slice(0, limit)
  const objects = await mapConcurrently(page, async ({ text, path }) => {
    const object = await readHead(path)
    if (object === undefined) return undefined
    const { etag, lastModified } = object.head
    return { key: fromBytesText(text), size: object.size, etag, lastModified }
  })
  const last = page.at(-1)
  return {
    // Deleted while the page was made.
    objects: objects.filter((object) => object !== undefined),
    cursor: files.length > limit && last !== undefined ? fromBytesText(last.text) : undefined,
    date,
  }
}

/** Upwards, as far as they are empty. */
async function removeEmptyFolders(folder: string, root: string): Promise<void> {
  if (folder === root || !folder.startsWith(root)) return
  try {
    await rmdir(folder)
  } catch (error) {
    if (hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) return
    throw error
  }
  await removeEmptyFolders(dirname(folder), root)
}
