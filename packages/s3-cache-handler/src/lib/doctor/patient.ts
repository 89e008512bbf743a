import type { Layout } from '../keys/layout.ts'
import type { BucketSettings } from '../object-store/bucket-settings.ts'
import type { Capabilities, Capability } from '../object-store/capabilities.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
import type { Identity } from '../object-store/s3-identity.ts'
import type { ResolvedOptions } from '../options/options.ts'

/** What is examined: a bucket, as the app with these options sees it. */
export interface Patient {
  readonly options: ResolvedOptions & { readonly bucket: string }
  readonly store: ObjectStore
  readonly layout: Layout
  /** Asked anew: with the reasons, which {@link Patient.lacks} then has. */
  readonly capabilities: Capabilities
  readonly lacks: ReadonlyMap<Capability, string>
  readonly settings: BucketSettings
  readonly identity: () => Promise<Identity>
  /** By how much this machine's clock is ahead of the store's, in ms; undefined before the store has told its time. */
  readonly skewMs: () => number | undefined
  /** In ms from any start. */
  readonly monotonicMs: () => number
  /** What the keys of all objects that are written for this begin with. They are deleted again. */
  readonly probeKey: string
}

/** What cannot be deleted stays: that a permission is missing is told elsewhere. */
export async function removeProbes({ store }: Pick<Patient, 'store'>, keys: Iterable<string>): Promise<void> {
  await Promise.all([...keys].map((key) => store.delete(key).catch(() => {})))
}
