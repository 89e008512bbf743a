import { createHash } from 'node:crypto'
import type { GetResult, ListPage, ObjectSummary, PutResult } from '../../src/lib/object-store/object-store.ts'
import type { Settings } from './plan.ts'

interface Stored extends ObjectSummary {
  readonly body: Buffer
}

/** The one bucket of a schedule: strongly consistent, as S3. Every operation here is the moment in which it is applied. */
export class Bucket {
  readonly #objects = new Map<string, Stored>()
  readonly #now: () => number
  readonly #pageSize: number
  readonly #listsInOrder: boolean

  /** @param now The store's clock, in ms since the Unix epoch. */
  constructor(now: () => number, { pageSize, listsInOrder }: Pick<Settings, 'pageSize' | 'listsInOrder'>) {
    this.#now = now
    this.#pageSize = pageSize
    this.#listsInOrder = listsInOrder
  }

  get(key: string, ifNoneMatch: string | undefined): GetResult {
    const object = this.#objects.get(key)
    if (object === undefined) return { kind: 'absent', date: this.#date() }
    if (object.etag === ifNoneMatch) return { kind: 'not-modified', date: this.#date() }
    return { kind: 'found', ...object, body: Buffer.from(object.body), date: this.#date() }
  }

  head(key: string): ObjectSummary | undefined {
    return this.#objects.get(key)
  }

  list(prefix: string, cursor: string | undefined, limit: number = Infinity): ListPage {
    const keys = this.keys(prefix).filter((key) => cursor === undefined || this.#place(key) > this.#place(cursor))
    const page = keys.slice(0, Math.min(limit, this.#pageSize))
    return {
      objects: page.flatMap((key) => this.#objects.get(key) ?? []),
      cursor: page.length < keys.length ? page.at(-1) : undefined,
      date: this.#date(),
    }
  }

  put(key: string, bytes: Uint8Array): PutResult {
    const body = Buffer.from(bytes)
    const etag = `"${createHash('md5').update(body).digest('hex')}"`
    this.#objects.set(key, { key, body, etag, size: body.length, lastModified: this.#date() })
    return { kind: 'stored', etag }
  }

  delete(key: string): void {
    this.#objects.delete(key)
  }

  keys(prefix: string): string[] {
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix))
    return keys.toSorted((a, b) => (this.#place(a) < this.#place(b) ? -1 : 1))
  }

  /** In the order of the keys, which are all ASCII here; or, as in S3 Express, in none that they would tell. */
  #place(key: string): string {
    return this.#listsInOrder ? key : createHash('md5').update(key).digest('hex')
  }

  /** As the `Date` header: whole seconds, cut off. */
  #date(): number {
    return Math.floor(this.#now() / 1000) * 1000
  }
}
