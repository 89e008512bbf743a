import { isBodyValue } from '../data/body-value.ts'
import type { RememberOptions, S3Cache, StandardSchema } from '../data/data-cache.ts'
import { onBehalfOfAll } from '../http/on-behalf-of-all.ts'
import { isOn } from '../data/remember-options.ts'
import { DEFAULT_MAX_BYTES } from '../http/kept-body.ts'
import type { Key } from '../keys/key-text.ts'
import { checkLoaderOptions } from './check-loader-options.ts'
import { LoaderCall } from './loader-call.ts'

/** What every loader is given. */
export interface LoaderArgs {
  readonly request: Request
}

/** As for `remember`; by the arguments of the loader where a function says so. */
export interface CachedLoaderOptions<Args, Data> extends Omit<
  RememberOptions<Data>,
  'tags' | 'bypass' | 'forceFresh' | 'judge' | 'contentType'
> {
  /** What tells its calls apart: parameters, parts of the query, and whatever else its result depends on. */
  readonly key: Key | ((args: Args) => Key)
  readonly tags?: readonly string[] | ((args: Args) => readonly string[]) | undefined
  /** Calls the loader without looking, and stores nothing: for who is logged in, for one. */
  readonly bypass?: boolean | ((args: Args) => boolean) | undefined
  /** Calls the loader whatever is there. */
  readonly forceFresh?: boolean | ((args: Args) => boolean) | undefined
  /** Part of the key: data of another version is not found. */
  readonly version?: string | number | undefined
  /** The longest body of a `Response` that is stored, in bytes. @default 8388608 */
  readonly maxBytes?: number | undefined
}

/** The loader with its results remembered: typed as it is itself. Throws InvalidOptionError for options that are wrong. */
export function cacheLoader<Args extends LoaderArgs, Result>(
  cache: Pick<S3Cache, 'remember' | 'delete'>,
  options: CachedLoaderOptions<Args, Awaited<Result>>,
  loader: (args: Args) => Result,
): (args: Args) => Promise<Awaited<Result>> {
  type Data = Awaited<Result>
  checkLoaderOptions(options)
  const { key, tags = [], bypass, forceFresh, version, maxBytes = DEFAULT_MAX_BYTES, ...rest } = options
  const { schema, isStale, shouldCache } = rest
  const keyFor = (args: Args): Key => {
    const own = typeof key === 'function' ? key(args) : key
    return version === undefined ? own : ['loader', version, own]
  }
  return async (args): Promise<Data> => {
    const load = async (signal?: AbortSignal): Promise<unknown> =>
      await loader(signal === undefined ? args : { ...args, request: onBehalfOfAll(args.request, { signal }) })
    if (isOn(bypass, args)) return (await load()) as Data
    const ofCall = keyFor(args)
    const forget = (): void => void cache.delete(ofCall).catch(() => {})
    const call = new LoaderCall({ load, forget, maxBytes })
    const byArgs = { tags: typeof tags === 'function' ? tags(args) : tags, forceFresh: isOn(forceFresh, args) }
    const answer = await call.answer((make) =>
      cache.remember<unknown>(ofCall, make, {
        ...rest,
        ...byArgs,
        schema: schema && exceptBodies(schema),
        isStale: isStale && ((value) => !isBodyValue(value) && isStale(value as Data)),
        shouldCache: (value) => value !== undefined && (shouldCache?.(call.returned as Data) ?? true),
      }),
    )
    return answer as Data
  }
}

/** A stored Response is none of what a schema knows. */
const exceptBodies = ({ '~standard': standard }: StandardSchema<unknown>): StandardSchema<unknown> => ({
  '~standard': {
    ...standard,
    validate: (value) => (isBodyValue(value) ? { value } : standard.validate(value)),
  },
})
