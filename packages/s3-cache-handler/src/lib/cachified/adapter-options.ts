import { type Duration, toSeconds } from '../data/duration.ts'
import { InvalidOptionError } from '../errors.ts'
import { rejectUnknown, show } from '../options/resolve-options.ts'

/** How `cachifiedAdapter` keeps entries. */
export interface CachifiedAdapterOptions {
  /** What reporters call the cache. @default 'S3' */
  readonly name?: string | undefined
  /** The namespace of the cache that has the entries, so that its own keys are others. @default 'cachified' */
  readonly namespace?: string | undefined
  /** What `revalidateTag` calls the entry of a key, beside the tags of the cache's `defaults`. @default none */
  readonly tags?: ((key: string) => readonly string[]) | undefined
  /**
   * `behind`: cachified answers while the value is being stored; what fails is an event. `await`: it answers once the value is
   * stored, and what fails is for the reporter, too. @default 'behind'
   */
  readonly write?: 'behind' | 'await' | undefined
  /** How long after its `ttl` and `swr` an entry is kept, for `fallbackToCache`. @default '1m' */
  readonly staleIfError?: Duration | undefined
}

export interface ResolvedAdapterOptions {
  readonly name: string
  readonly namespace: string
  readonly tags: ((key: string) => readonly string[]) | undefined
  readonly write: 'behind' | 'await'
  /** In ms; Infinity for ever. */
  readonly staleIfErrorMs: number
}

const NAMES: readonly (keyof CachifiedAdapterOptions)[] = ['name', 'namespace', 'tags', 'write', 'staleIfError']

/** Throws {@link InvalidOptionError}. */
export function resolveAdapterOptions(options: CachifiedAdapterOptions): ResolvedAdapterOptions {
  rejectUnknown('cachifiedAdapter', options, NAMES)
  const { name = 'S3', namespace = 'cachified', tags, write = 'behind', staleIfError = '1m' } = options
  requireText('name', name)
  requireText('namespace', namespace)
  if (tags !== undefined && typeof tags !== 'function') {
    throw new InvalidOptionError('tags', `"tags" must be a function, got ${show(tags)}`)
  }
  if (write !== 'behind' && write !== 'await') {
    throw new InvalidOptionError('write', `"write" must be behind or await, got ${show(write)}`)
  }
  return { name, namespace, tags, write, staleIfErrorMs: toSeconds('staleIfError', staleIfError) * 1000 }
}

function requireText(name: string, value: unknown): void {
  if (typeof value === 'string' && value !== '') return
  throw new InvalidOptionError(name, `"${name}" must be a non-empty string, got ${show(value)}`)
}
