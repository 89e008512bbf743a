import { rmdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { messageOf } from '../errors.ts'
import { mapConcurrently } from '../map-concurrently.ts'
import { mayDelete, mayPut } from './conditions.ts'
import { listFiles, type ListedFile } from './fs-list.ts'
import { FsLocks } from './fs-lock.ts'
import { fromBytesText, pathOf, toBytesText } from './fs-names.ts'
import { readHead, readObject, removeLeftovers, removeObject, writeObject } from './fs-object.ts'
import { localStore } from './local-store.ts'
import { md5Etag } from './md5-etag.ts'
import type {
  DeleteManyResult,
  ListOptions,
  ListPage,
  ObjectHead,
  ObjectStore,
  PutOptions,
  PutResult,
} from './object-store.ts'

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
      if (!mayDelete(present, ifMatch)) return false
      await removeObject(file)
      await removeEmptyFolders(dirname(file), root)
      return true
    })

  return localStore({
    async get(key, { ifNoneMatch } = {}) {
      const date = Date.now()
      const object = await readObject(fileOf(key))
      if (object === undefined) return { kind: 'absent', date }
      const { head, body } = object
      return head.etag === ifNoneMatch ? { kind: 'not-modified', date } : { kind: 'found', key, body, ...head, date }
    },
    async head(key): Promise<ObjectHead | undefined> {
      const head = await readHead(fileOf(key))
      return head && { key, ...head }
    },
    list: (prefix, options) => list(root, prefix, options),
    async put(key, body, options = {}) {
      // Leftovers take room, but are in nobody's way.
      await (cleaned ??= removeLeftovers(root).catch(() => {}))
      return await locks.hold(key, () => put(root, fileOf(key), body, options))
    },
    delete: (key, { ifMatch } = {}) => remove(key, ifMatch),
    async deleteMany(keys, { signal } = {}): Promise<DeleteManyResult> {
      const failed: { key: string; reason: string }[] = []
      await mapConcurrently(keys, async (key) => {
        signal?.throwIfAborted()
        await remove(key).catch((error: unknown) => failed.push({ key, reason: messageOf(error) }))
      })
      return { failed }
    },
  })
}

async function put(root: string, file: string, body: Uint8Array, options: PutOptions): Promise<PutResult> {
  const { ifMatch, ifNoneMatch, contentType, metadata = {}, signal } = options
  const isConditional = ifMatch !== undefined || ifNoneMatch !== undefined
  const present = isConditional ? await readHead(file) : undefined
  if (!mayPut(present, options)) return { kind: 'condition-failed' }
  const etag = md5Etag(body)
  const head = { size: body.length, etag, lastModified: Date.now(), contentType, metadata }
  await writeObject(root, file, head, body, signal)
  return { kind: 'stored', etag }
}

async function list(root: string, prefix: string, { cursor, limit, signal }: ListOptions = {}): Promise<ListPage> {
  const date = Date.now()
  const length = Math.min(limit ?? MAX_PAGE, MAX_PAGE)
  const files: ListedFile[] = []
  const wanted = { prefix: toBytesText(prefix), after: cursor === undefined ? '' : toBytesText(cursor) }
  for await (const file of listFiles(root, '', wanted)) {
    signal?.throwIfAborted()
    if (files.push(file) > length) break
  }
  const page = files.slice(0, length)
  const objects = await mapConcurrently(page, async ({ text, path }) => {
    signal?.throwIfAborted()
    const head = await readHead(path)
    return head && { key: fromBytesText(text), size: head.size, etag: head.etag, lastModified: head.lastModified }
  })
  const last = page.at(-1)
  return {
    // Without those that were deleted while the page was made, or never were whole.
    objects: objects.filter((object) => object !== undefined),
    cursor: files.length > length && last !== undefined ? fromBytesText(last.text) : undefined,
    date,
  }
}

/** Upwards, as far as they are empty. One that stays is in nobody's way. */
async function removeEmptyFolders(folder: string, root: string): Promise<void> {
  if (folder === root) return
  const isRemoved = await rmdir(folder).then(
    () => true,
    () => false,
  )
  if (isRemoved) await removeEmptyFolders(dirname(folder), root)
}
