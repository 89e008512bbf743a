import type { GetOptions, GetResult, ObjectStore } from './object-store.ts'
import { toTime } from './http-date.ts'
import type { S3Connection } from './s3-connection.ts'
import { headersOf, isAccessDenied, isNotFound, isNotModified } from './s3-errors.ts'
import { watchSigner, type Signer } from './s3-signer.ts'

/** How objects are read. */
export interface S3Reader {
  readonly get: ObjectStore['get']
  stats(): S3ReaderStats
}

export interface S3ReaderStats {
  /** Presigned URLs that are kept for the next read of their key. */
  readonly presignedUrls: number
}

export type Found = Extract<GetResult, { kind: 'found' }>

export interface SendOptions extends GetOptions {
  /** Whether "access denied" would mean that there is no such object. */
  readonly canBeAbsent: boolean
}

/** Sends one GET. Rejects as the SDK does, also where there is no such object or it is unchanged. */
export type SendGet = (key: string, signer: Signer, options: SendOptions) => Promise<Found>

/** What the answers to `send` mean, whichever way they came. */
export function createGet({ client, attempt }: S3Connection, send: SendGet): ObjectStore['get'] {
  const currentSigner = watchSigner(client)
  /** Has read an object: with the same credentials, "access denied" can only mean that there is none. */
  let proven: Signer | undefined
  const canBeAbsent = ({ absentIfDenied }: GetOptions, signer: Signer): boolean =>
    absentIfDenied === 'always' || (absentIfDenied === true && signer === proven)
  return (key, options = {}) =>
    attempt('get', key, options.signal, async (): Promise<GetResult> => {
      const signer = await currentSigner()
      try {
        const found = await send(key, signer, { ...options, canBeAbsent: canBeAbsent(options, signer) })
        proven = signer
        return found
      } catch (error) {
        const date = toTime(headersOf(error)['date'])
        if (isNotModified(error)) {
          proven = signer
          return { kind: 'not-modified', date }
        }
        if (isNotFound(error)) return { kind: 'absent', date }
        if (canBeAbsent(options, signer) && isAccessDenied(error)) return { kind: 'absent', wasDenied: true }
        throw error
      }
    })
}
