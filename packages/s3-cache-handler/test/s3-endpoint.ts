import { randomUUID } from 'node:crypto'
import { type LocalS3, type LocalS3Options, startLocalS3 } from 'local-s3'
import type { TestContext } from 'vitest'
import { type Capabilities, type Capability, createCapabilities } from '../src/lib/object-store/capabilities.ts'
import { type ObjectStoreCapabilities, skipFor } from '../src/lib/object-store/conformance/subject.ts'
import { listPages } from '../src/lib/object-store/list-pages.ts'
import type { ObjectStore } from '../src/lib/object-store/object-store.ts'
import { createS3ObjectStore, type S3StoreOptions } from '../src/lib/object-store/s3-store.ts'
import { createBucket } from './create-bucket.ts'

/** What only local-s3 can do: tests that need it are skipped, by name, on another server. */
export type LocalFeature = 'faults' | 'request counter' | 'clock' | 'credentials' | 'a bucket of its own'

/** A bucket, or a part of one, for the tests of one file. */
export interface S3Endpoint {
  /** The server's URL. */
  readonly endpoint: string
  readonly bucket: string
  readonly region: string
  /** What every key of this suite must start with; ends with "/". Nothing outside it is written or deleted. */
  readonly prefix: string
  /** Whether this is the embedded local-s3, rather than the server of `S3_TEST_ENDPOINT`. */
  readonly isLocal: boolean
  /** The embedded server, only where {@link isLocal}. Tests that need it call {@link localS3}. */
  readonly s3?: LocalS3
  /** What `createS3ObjectStore` needs; `bucket`, `endpoint`, `region` are options of the handlers, too. */
  readonly storeOptions: S3StoreOptions
  /** The store itself, past every cache. Its keys are whole: it does not add the prefix. */
  readonly store: ObjectStore
  /** What the server has: asked once, and what it lacks is said once. */
  readonly capabilities: Capabilities
  /** Deletes what is under the prefix, and stops what was started. */
  close(): Promise<void>
}

export const isExternal: boolean = process.env['S3_TEST_ENDPOINT'] !== undefined

/**
 * Opens the bucket that a suite works on: on an embedded local-s3, or with `S3_TEST_ENDPOINT` on that server, in
 * `S3_TEST_BUCKET` (`test`, created if it is missing and that is allowed) under `S3_TEST_PREFIX` (nothing), with
 * `AWS_REGION` (us-east-1) and the credentials of the environment. Either way the environment has credentials after it.
 * @param suite Names the suite in its keys.
 * @example
 * let s3: S3Endpoint
 * beforeAll(async () => { s3 = await openS3Endpoint('tag-log') })
 * afterAll(() => s3.close())
 */
export async function openS3Endpoint(suite: string, local: LocalS3Options = {}): Promise<S3Endpoint> {
  const { S3_TEST_ENDPOINT: endpoint, S3_TEST_BUCKET: bucket = 'test' } = process.env
  const prefix = `${process.env['S3_TEST_PREFIX'] ?? ''}${suite}-${randomUUID().slice(0, 8)}/`
  if (endpoint === undefined) return await openLocal(prefix, bucket, local)
  const region = process.env['AWS_REGION'] ?? 'us-east-1'
  await createBucket({ endpoint, bucket, region })
  const opened = describeEndpoint({ endpoint, bucket, region, prefix })
  return { ...opened, isLocal: false, close: () => empty(opened.store, prefix) }
}

/**
 * The embedded server, for a test that needs what only that has; skips the test where it runs on another server.
 * @example it('retries', async (context) => { const { faults } = localS3(context, s3, 'faults') … })
 */
export function localS3(context: TestContext, { s3 }: S3Endpoint, feature: LocalFeature): LocalS3 {
  skipWhenExternal(context, feature)
  if (s3 === undefined) throw new Error('The embedded server was not started')
  return s3
}

/** Skips the test where the server lacks something. */
export async function needsCapability(
  context: TestContext,
  { capabilities }: S3Endpoint,
  capability: Capability,
): Promise<void> {
  if (!(await capabilities.has(capability))) skipFor(context, `the server lacks ${capability}`)
}

/** For the conformance suite of the stores. */
export const capabilitiesOf = async ({ capabilities }: S3Endpoint): Promise<ObjectStoreCapabilities> => ({
  conditionalPut: await capabilities.has('conditional-put'),
  conditionalDelete: await capabilities.has('conditional-delete'),
})

/** For a `beforeEach` of tests that all need what only local-s3 has. */
export function skipWhenExternal(context: TestContext, feature: LocalFeature): void {
  if (isExternal) skipFor(context, `needs local-s3's ${feature}`)
}

async function openLocal(prefix: string, bucket: string, options: LocalS3Options): Promise<S3Endpoint> {
  const { accessKeyId = 'local', secretAccessKey = 'local-secret' } = options
  const s3 = await startLocalS3({ buckets: [bucket], ...options, accessKeyId, secretAccessKey })
  // Those of the machine must not win. Vitest gives each file a process of its own, so there is nothing to put back.
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN']) delete process.env[name]
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey })
  const opened = describeEndpoint({ endpoint: s3.url, bucket, region: 'us-east-1', prefix })
  return { ...opened, isLocal: true, s3, close: () => s3.close() }
}

function describeEndpoint(place: Pick<S3Endpoint, 'endpoint' | 'bucket' | 'region' | 'prefix'>) {
  const { endpoint, bucket, region } = place
  const storeOptions: S3StoreOptions = { endpoint, bucket, region, forcePathStyle: true, presignedReads: true }
  const store = createS3ObjectStore(storeOptions)
  const onLack = (capability: Capability, reason: string): void =>
    console.log(`${endpoint} lacks ${capability}: ${reason}`)
  const capabilities = createCapabilities(store, { probeKey: `${place.prefix}probe`, onLack })
  return { ...place, storeOptions, store, capabilities }
}

async function empty(store: ObjectStore, prefix: string): Promise<void> {
  for await (const objects of listPages(store, prefix)) {
    const { failed } = await store.deleteMany(objects.map(({ key }) => key))
    if (failed[0]) throw new Error(`${failed.length} objects of the tests are left, ${JSON.stringify(failed[0])}`)
  }
}
