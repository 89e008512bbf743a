import { InvalidOptionError } from '../errors.ts'
import { show } from '../options/resolve-options.ts'
import type { LockOptions, RememberContext, RememberOptions, SetOptions, StandardSchema } from './data-cache.ts'
import type { Found } from './data-reader.ts'
import { toSeconds } from './duration.ts'

const DEFAULT_LEASE = '10s'
/** A lease is told to have run out up to two seconds late, because the store's dates are whole seconds. */
const LEASE_END_SECONDS = 2

export interface LockSeconds {
  readonly wait: number
  readonly lease: number
}

/** An option that a call can decide, by its arguments where it has some. */
export const isOn = <A extends readonly unknown[]>(
  option: boolean | ((...args: A) => boolean) | undefined,
  ...args: A
): boolean => (typeof option === 'function' ? option(...args) : option === true)

export function lockOf(lock: boolean | LockOptions | undefined): LockSeconds | undefined {
  if (lock === undefined || lock === false) return undefined
  if (lock !== true && typeof lock !== 'object') {
    throw new InvalidOptionError(
      'lock',
      `"lock" must be true, false or an object with wait and lease, got ${show(lock)}`,
    )
  }
  const { lease = DEFAULT_LEASE, wait } = lock === true ? {} : lock
  const seconds = toSeconds('lock.lease', lease)
  if (seconds === Infinity) {
    const message = '"lock.lease" must have an end, after which a process that was killed holds it no longer'
    throw new InvalidOptionError('lock.lease', `${message}, got ${show(lease)}`)
  }
  return { lease: seconds, wait: wait === undefined ? seconds + LEASE_END_SECONDS : toSeconds('lock.wait', wait) }
}

/** `false`, or what to store it with. Undefined stands for a miss, so that it is never stored. */
export function shouldStore<T>(value: T, { shouldCache }: RememberOptions<T>): SetOptions | false {
  if (value === undefined) return false
  const wanted = shouldCache?.(value) ?? true
  return wanted === true ? {} : wanted
}

/** The value as the schema gives it; undefined where it does not validate. */
export async function validate<T>(
  { value }: Found,
  schema: StandardSchema<T> | undefined,
): Promise<{ readonly value: T } | undefined> {
  if (schema === undefined) return { value: value as T }
  const result = await schema['~standard'].validate(value)
  return result.issues === undefined ? { value: result.value } : undefined
}

/** For a function that is called past the cache: what it says of storing has no effect. */
export const withoutStoring = (signal: AbortSignal | undefined): RememberContext => ({
  signal: signal ?? new AbortController().signal,
  background: false,
  stale: undefined,
  setTags: () => {},
  setTtl: () => {},
})
