import type { LocalS3 } from 'local-s3'
import { type EncodedObject, encodeObject } from '../src/lib/codec/object-codec.ts'
import type { Entry } from '../src/lib/entry.ts'
import { explicit } from '../src/lib/index/tag-index.ts'
import { createLayout, type Scope } from '../src/lib/keys/layout.ts'
import type { ObjectStore } from '../src/lib/object-store/object-store.ts'

/** An entry as an instance would have stored it; all but its kind and key has a default. */
export interface TestEntry extends Partial<Omit<Entry, 'kind' | 'key'>>, Pick<Entry, 'kind' | 'key'> {
  /** @default what deployments share */
  readonly deployment?: string
}

/** Puts entries into a bucket, each with its index objects, without a request. */
export async function putEntries(
  server: LocalS3,
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
  entries: readonly TestEntry[],
): Promise<void> {
  const objects = await objectsOf(prefix, entries)
  await server.import(
    bucket,
    objects.map(({ key, body, contentType = '', metadata = {} }) => {
      const headers = Object.fromEntries(Object.entries(metadata).map(([name, text]) => [`x-amz-meta-${name}`, text]))
      return { key, body, headers: { 'content-type': contentType, ...headers } }
    }),
  )
}

/** The same on a store of any kind. */
export async function storeEntries(store: ObjectStore, prefix: string, entries: readonly TestEntry[]): Promise<void> {
  for (const { key, body, ...options } of await objectsOf(prefix, entries)) await store.put(key, body, options)
}

async function objectsOf(
  prefix: string,
  entries: readonly TestEntry[],
): Promise<(EncodedObject & { readonly key: string })[]> {
  const layout = createLayout(prefix)
  const objects = await Promise.all(
    entries.map(async ({ deployment, kind, key, tags = [], ...more }) => {
      const scope: Scope = deployment === undefined ? { kind: 'shared' } : { kind: 'deployment', id: deployment }
      const entry: Entry = { kind, key, tags, value: { text: key }, lastModified: Date.now(), seen: 0, ...more }
      const objectKey = layout.entry(kind, scope, key)
      return [
        { key: objectKey, ...(await encodeObject(entry, { compressMinBytes: 8192 })) },
        ...explicit(tags).map((tag) => ({ key: layout.index(tag, objectKey), body: Buffer.alloc(0) })),
      ]
    }),
  )
  return objects.flat()
}
