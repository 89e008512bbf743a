import type { Patient } from '../src/lib/doctor/patient.ts'
import type { Finding } from '../src/lib/doctor/finding.ts'
import { createLayout } from '../src/lib/keys/layout.ts'
import type { BucketSettings } from '../src/lib/object-store/bucket-settings.ts'
import { type Capability, createCapabilities } from '../src/lib/object-store/capabilities.ts'
import { createMemoryObjectStore } from '../src/lib/object-store/memory-store.ts'
import type { ObjectStore } from '../src/lib/object-store/object-store.ts'
import type { ScalarOptions } from '../src/lib/options/options.ts'
import { resolveOptions } from '../src/lib/options/resolve-options.ts'

/** What is not as it should be. */
export interface Ailments {
  readonly store?: Partial<ObjectStore>
  readonly settings?: Partial<BucketSettings>
  readonly options?: ScalarOptions
  readonly identity?: Patient['identity']
}

const HEALTHY: BucketSettings = {
  lifecycle: async () => ({ xml: undefined, transitionMinimum: undefined }),
  setLifecycle: async () => {},
  deleteLifecycle: async () => {},
  keepsVersions: async () => false,
  location: async () => 'eu-west-1',
  encryption: async () => ({ algorithm: 'AES256', hasBucketKey: false }),
  publicAccessBlock: async () => ({
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  }),
  isPublic: async () => false,
}

/** A bucket in memory that is well, but for that. */
export function createPatient({ store, settings, options, identity }: Ailments = {}): Patient {
  const ill = { ...createMemoryObjectStore({ maxBytes: 1e6 }), ...store }
  const layout = createLayout('shop/')
  const probeKey = layout.lease('probe')
  const lacks = new Map<Capability, string>()
  return {
    options: { ...resolveOptions({ call: options ?? {}, env: {} }), bucket: 'bucket' },
    store: ill,
    layout,
    capabilities: createCapabilities(ill, { probeKey, onLack: (what, reason) => void lacks.set(what, reason) }),
    lacks,
    settings: { ...HEALTHY, ...settings },
    identity: identity ?? (async () => ({ accessKeyId: 'key', expiresAt: undefined, region: 'eu-west-1' })),
    skewMs: () => 0,
    monotonicMs: () => performance.now(),
    probeKey,
  }
}

export async function findingsOf(findings: AsyncIterable<Finding>): Promise<Finding[]> {
  const all = []
  for await (const finding of findings) all.push(finding)
  return all
}
