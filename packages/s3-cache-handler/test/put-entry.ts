import type { LocalS3 } from 'local-s3'
import { encodeObject } from '../src/lib/codec/object-codec.ts'
import type { Entry } from '../src/lib/entry.ts'
import { explicit } from '../src/lib/index/tag-index.ts'
import { createLayout, type Scope } from '../src/lib/keys/layout.ts'

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
  const layout = createLayout(prefix)
  const objects = await Promise.all(
    entries.map(async ({ deployment, kind, key, tags = [], ...more }) => {
      const scope: Scope = deployment === undefined ? { kind: 'shared' } : { kind: 'deployment', id: deployment }
      const entry: Entry = { kind, key, tags, value: { text: key }, lastModified: Date.now(), seen: 0, ...more }
      const { body, contentType, metadata = {} } = await encodeObject(entry, { compressMinBytes: 8192 })
      const objectKey = layout.entry(kind, scope, key)
      const headers = Object.fromEntries(Object.entries(metadata).map(([name, text]) => [`x-amz-meta-${name}`, text]))
      return [
        { key: objectKey, body, headers: { 'content-type': contentType ?? '', ...headers } },
        ...explicit(tags).map((tag) => ({ key: layout.index(tag, objectKey) })),
      ]
    }),
  )
  await server.import(bucket, objects.flat())
}
