import { randomUUID } from 'node:crypto'
import { createS3Cache, type CacheEvent, type Logger, type S3Cache, type S3CacheOptions } from '../../src/cache.ts'
import { createS3ObjectStore } from '../../src/lib/object-store/s3-store.ts'
import type { S3Endpoint } from '../s3-endpoint.ts'

export interface FlaskCaches {
  readonly prefix: string
  readonly cache: S3Cache
  /** What {@link FlaskCaches.cache} told of, oldest first. */
  readonly events: CacheEvent[]
  /** The same entries as another process has them: with a client, memory, clock and view of the tags of its own. */
  readonly other: S3Cache
}

/** For what a test does not look at. */
export const silent: Logger = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} }

/** Two caches on a prefix that nobody else uses. Both ask the store each time, so that what they say is true now. */
export function openCaches(s3: S3Endpoint, options: S3CacheOptions = {}): FlaskCaches {
  const { bucket, endpoint, region } = s3
  const prefix = newPrefix(s3)
  const events: CacheEvent[] = []
  const common = { prefix, tagRefreshMs: 0, memoryCheckMs: 0, logger: silent, ...options }
  const onEvent = (event: CacheEvent): void => void events.push(event)
  return {
    prefix,
    cache: createS3Cache({ bucket, endpoint, region, onEvent, ...common }),
    events,
    other: createS3Cache({ store: createS3ObjectStore(s3.storeOptions), ...common }),
  }
}

export const newPrefix = ({ prefix }: S3Endpoint): string => `${prefix}${randomUUID().slice(0, 8)}/`

/** Longer than a `ttl` of 40 ms, by whatever clock. */
export const pastTtl = async (): Promise<void> => await new Promise((resolve) => setTimeout(resolve, 80))

/** The names of all objects that are there, below the prefix. */
export async function objectNames({ store }: S3Endpoint, prefix: string): Promise<string[]> {
  const { objects } = await store.list(`${prefix}v1/entries/`)
  return objects.map(({ key }) => key.slice(prefix.length))
}
