import { create } from 'content-disposition'
import { onBehalf } from '../cause.ts'
import { expiresAtOf } from '../codec/object-codec.ts'
import { readRawHead } from '../codec/raw-entry.ts'
import { NotPresignableError } from '../data-errors.ts'
import { InvalidOptionError } from '../errors.ts'
import { headOrAbsent } from '../object-store/head-or-absent.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
import { MAX_PRESIGN_SECONDS } from '../object-store/presign-limit.ts'
import type { Presign } from '../object-store/presign.ts'
import { show } from '../options/resolve-options.ts'
import type { PresignOptions } from './data-cache.ts'
import type { DataEntries } from './data-entries.ts'

export interface PresignParts {
  readonly entries: DataEntries
  readonly store: ObjectStore
  readonly presign: Presign
  /** The store's time, in ms since the Unix epoch. */
  readonly now: () => number
}

const DEFAULT_SECONDS = 300
const DISPOSITIONS = ['attachment', 'inline'] as const

/** As {@link S3Cache.presign} says. The head of the object tells all there is to judge: its body is not read. */
export async function presignEntry(
  { entries, store, presign, now }: PresignParts,
  key: string,
  options: PresignOptions,
): Promise<string | undefined> {
  const expiresInSeconds = checkedSeconds(options)
  const disposition = dispositionOf(options)
  return await onBehalf(async () => {
    await entries.refresh()
    await entries.settled(key)
    const objectKey = entries.objectKey(key)
    const head = await headOrAbsent(store, objectKey)
    if (head === undefined) return undefined
    const entry = readRawHead(head.metadata)
    if (entry === undefined || entry.key !== key) throw new NotPresignableError(key)
    const leftSeconds = Math.floor((expiresAtOf(entry) - now()) / 1000)
    // A URL must not outlive what it serves.
    const freshness = entries.freshnessOf(entry)
    const isServable = freshness === 'fresh' || (freshness === 'stale' && options.stale === true)
    if (!isServable || leftSeconds < 1) return undefined
    return await presign(objectKey, {
      expiresInSeconds: Math.min(expiresInSeconds, leftSeconds),
      contentDisposition: disposition,
    })
  })
}

/** What the `Content-Disposition` of the answer is to be; undefined for none. */
export function dispositionOf({ filename, disposition }: PresignOptions): string | undefined {
  if (disposition !== undefined && !DISPOSITIONS.includes(disposition)) {
    const what = `"disposition" must be one of ${DISPOSITIONS.join(', ')}, got ${show(disposition)}`
    throw new InvalidOptionError('disposition', what)
  }
  if (filename !== undefined && !(typeof filename === 'string' && /^[^\p{Cc}]+$/u.test(filename))) {
    throw new InvalidOptionError(
      'filename',
      `"filename" must be a text without control characters, got ${show(filename)}`,
    )
  }
  if (filename === undefined && disposition === undefined) return undefined
  return create(filename, { type: disposition ?? 'attachment' })
}

function checkedSeconds({ expiresInSeconds = DEFAULT_SECONDS }: PresignOptions): number {
  if (Number.isInteger(expiresInSeconds) && expiresInSeconds >= 1 && expiresInSeconds <= MAX_PRESIGN_SECONDS) {
    return expiresInSeconds
  }
  const what = `"expiresInSeconds" must be a whole number from 1 to ${MAX_PRESIGN_SECONDS}, got ${show(expiresInSeconds)}`
  throw new InvalidOptionError('expiresInSeconds', what)
}
