/** What Next itself remembers of an invalidated tag, in ms since the Unix epoch by its own clock. */
interface ManifestEntry {
  readonly stale?: number
  readonly expired?: number
}

type TagsManifest = Map<string, ManifestEntry>

interface TagsModule {
  readonly tagsManifest?: unknown
  readonly areTagsExpired?: unknown
}

/** Internal to Next, so it may go without notice. */
const loaded: Promise<TagsModule> = import('next/dist/server/lib/incremental-cache/tags-manifest.external.js').catch(
  () => ({}),
)

/** Next's own memory of invalidated tags, where it still is what it was in 16.4. */
const manifest: Promise<TagsManifest | undefined> = loaded.then(({ tagsManifest, areTagsExpired }) =>
  areTagsExpired !== undefined && tagsManifest instanceof Map ? (tagsManifest as TagsManifest) : undefined,
)

/** Whether Next itself waits for a new response once one is past its `expire`. Next 15.5 has no such rule, and none for tags. */
export const judgesExpiry: Promise<boolean> = loaded.then(({ areTagsExpired }) => areTagsExpired !== undefined)

/**
 * Tells Next in its own way that an entry with these tags, last modified then, is stale. No entry that is any newer is
 * touched. It comes on top of the age that the entry is handed over with: should Next stop going by the one, it still
 * goes by the other.
 */
export async function markStale(tags: readonly string[], lastModified: number): Promise<void> {
  const known = await manifest
  if (known === undefined) return
  for (const tag of tags) {
    const entry = known.get(tag)
    known.set(tag, { ...entry, stale: Math.max(entry?.stale ?? -Infinity, lastModified + 1) })
  }
}
