import type { Clock } from '../clock.ts'
import { etagOf, md5 } from '../etag.ts'
import { S3Error } from '../http/errors.ts'
import type { Bucket, StoredObject } from '../store/store.ts'
import { requireBucket, requireKey, type OperationContext } from './context.ts'
import type { Tags } from './tags.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MAX_PART_NUMBER = 10_000
export const MIN_PART_BYTES: number = 5 * 1024 * 1024

export function parsePartNumber(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : 0
  if (number >= 1 && number <= MAX_PART_NUMBER) return number
  throw new S3Error('InvalidArgument', `Part number must be an integer between 1 and ${MAX_PART_NUMBER}, inclusive`)
}

/** An unfinished upload: what its object will have. Kept as the body of an object named by the upload's id. */
export interface Upload {
  readonly id: string
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
  readonly tags: Tags | undefined
  /** In ms since the Unix epoch. */
  readonly initiatedAt: number
}

export interface Part {
  readonly number: number
  readonly etag: string
  readonly size: number
  readonly lastModified: number
}

/** The unfinished uploads of a bucket, in its annex: each under its id, its parts below it. */
export class Uploads {
  readonly #annex: Bucket
  readonly #clock: Clock

  constructor(annex: Bucket, clock: Clock) {
    this.#annex = annex
    this.#clock = clock
  }

  async begin(upload: Upload): Promise<void> {
    await this.#annex.put(upload.id, this.#toObject(Buffer.from(JSON.stringify(upload))))
  }

  /** The upload, if it is one of this key's. */
  async find(id: string, key: string): Promise<Upload> {
    const upload = await this.#read(id)
    if (upload === undefined || upload.key !== key) throw new S3Error('NoSuchUpload')
    return upload
  }

  /** In the order of their keys. */
  async list(): Promise<Upload[]> {
    const ids = this.#names('').filter((name) => !name.includes('/'))
    const uploads = await Promise.all(ids.map((id) => this.#read(id)))
    return uploads.filter((upload) => upload !== undefined).toSorted((one, other) => (one.key < other.key ? -1 : 1))
  }

  /** Resolves with its ETag. */
  async putPart(id: string, number: number, body: Uint8Array): Promise<string> {
    const object = this.#toObject(body)
    await this.#annex.put(partName(id, number), object)
    return object.info.etag
  }

  parts(id: string): Part[] {
    return this.#names(`${id}/`).flatMap((name) => {
      const info = this.#annex.objects.get(name)
      return info === undefined ? [] : [{ number: Number(name.slice(id.length + 1)), ...info }]
    })
  }

  async body(id: string, numbers: readonly number[]): Promise<Buffer> {
    const bodies = await Promise.all(numbers.map((number) => this.#annex.get(partName(id, number))))
    return Buffer.concat(bodies.map((part) => part?.body ?? new Uint8Array()))
  }

  async end(id: string): Promise<void> {
    for (const name of [id, ...this.#names(`${id}/`)]) await this.#annex.delete(name)
  }

  async #read(id: string): Promise<Upload | undefined> {
    const object = id.includes('/') ? undefined : await this.#annex.get(id)
    return object && (JSON.parse(Buffer.from(object.body).toString()) as Upload)
  }

  #toObject(body: Uint8Array): StoredObject {
    return { info: { size: body.length, etag: etagOf(md5(body)), lastModified: this.#clock.now(), headers: {} }, body }
  }

  #names(prefix: string): string[] {
    const { objects } = this.#annex
    const names: string[] = []
    for (let position = objects.position((name) => name < prefix); ; position++) {
      const name = objects.keyAt(position)
      if (name === undefined || !name.startsWith(prefix)) return names
      names.push(name)
    }
  }
}

const partName = (id: string, number: number): string => `${id}/${String(number).padStart(5, '0')}`

/** The upload that a request names. */
export async function requireUpload(
  context: OperationContext,
): Promise<{ readonly uploads: Uploads; readonly upload: Upload }> {
  const uploads = uploadsOf(context)
  const id = context.request.target.query.get('uploadId') ?? ''
  return { uploads, upload: await uploads.find(id, requireKey(context)) }
}

export const uploadsOf = (context: OperationContext): Uploads =>
  new Uploads(context.store.annex(requireBucket(context).name, 'uploads'), context.clock)
