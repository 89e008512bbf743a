import { createAdminServer } from './admin/admin-server.ts'
import { type ImportedObject, importObjects } from './admin/import-objects.ts'
import { type AcceptedCredentials, createCredentialSource } from './auth/credentials.ts'
import { type Clock, createClock } from './clock.ts'
import { createFaultInjector, type FaultInjector } from './faults/fault-injector.ts'
import { expireObjects } from './lifecycle/expire-objects.ts'
import { listen } from './listen.ts'
import { resolveOptions, type LocalS3Options } from './options.ts'
import { createRequestLog, type RequestLog } from './request-log.ts'
import { createS3Server } from './server.ts'
import { createFileStore } from './store/file-store.ts'
import { createMemoryStore } from './store/memory-store.ts'
import { type Bucket, existing } from './store/store.ts'

/** A running server. */
export interface LocalS3 {
  /** Endpoint of the S3 side, without a slash at its end. Address buckets by path. */
  readonly url: string
  readonly port: number
  /** Where the admin side is, if there is one. */
  readonly adminUrl: string | undefined
  readonly faults: FaultInjector
  readonly requests: RequestLog
  readonly clock: Clock
  readonly credentials: AcceptedCredentials
  /** The objects of a bucket, past the protocol: without a signature, a fault or a line in the request log. */
  bucket(name: string): Bucket | undefined
  /** Puts many objects into a bucket at once, past the protocol, and resolves with how many. */
  import(bucket: string, objects: Iterable<ImportedObject>): Promise<number>
  /**
   * Deletes what a bucket's lifecycle rules want gone by the server's clock, as S3 does once a day or so, and resolves with
   * its keys.
   */
  expire(bucket: string): Promise<string[]>
  /** Stops both sides and closes all connections. Calling it again does nothing. */
  close(): Promise<void>
}

/**
 * Starts an S3 server in this process.
 * @example
 * const s3 = await startLocalS3({ buckets: ['cache'] })
 * const client = new S3Client({ endpoint: s3.url, forcePathStyle: true, region: 'us-east-1',
 *   credentials: { accessKeyId: 'local', secretAccessKey: 'local-secret' } })
 * s3.faults.add({ fault: { kind: 'status', status: 503 }, operation: 'GetObject', times: 3 })
 * await s3.close()
 */
export async function startLocalS3(options?: LocalS3Options): Promise<LocalS3> {
  const { port, host, buckets, accessKeyId, secretAccessKey, dataDir, adminPort, clockOffsetMs } =
    resolveOptions(options)
  const store = dataDir === undefined ? createMemoryStore() : createFileStore(dataDir)
  for (const bucket of buckets) await store.createBucket(bucket)
  const faults = createFaultInjector()
  const log = createRequestLog()
  const clock = createClock(clockOffsetMs)
  const credentials = createCredentialSource([{ accessKeyId, secretAccessKey }])
  const services = { store, credentials, faults, log, clock }
  const s3 = await listen(createS3Server(services), port, host)
  const admin =
    adminPort === undefined
      ? undefined
      : await listen(createAdminServer(services), adminPort, host).catch(async (error: unknown) => {
          await s3.close()
          throw error
        })
  return {
    url: s3.url,
    port: s3.port,
    adminUrl: admin?.url,
    faults,
    requests: log,
    clock,
    credentials,
    bucket: (name) => store.bucket(name),
    import: async (name, objects) => await importObjects(existing(store, name), objects, clock.now()),
    expire: async (name) => await expireObjects(store, existing(store, name), clock.now()),
    close: async () => {
      await Promise.all([s3.close(), admin?.close()])
    },
  }
}
