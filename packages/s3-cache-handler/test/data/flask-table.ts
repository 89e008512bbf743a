/** One row of the table that compares Flask-Caching, with the seed library flask-caching-s3, to the data cache. */
export interface FlaskRow {
  /** As the table's first column has it. The title of a test in `flask-*.test.ts` begins so, and a colon follows. */
  readonly name: string
  /** `same`, `better`, or `declined` for what makes no sense here. */
  readonly verdict: 'same' | 'better' | 'declined'
  /** Why nothing answers a row that is declined. */
  readonly reason?: string
}

export const FLASK_TABLE: readonly FlaskRow[] = [
  { name: '`get(key)`', verdict: 'better' },
  { name: '`set(key, v, timeout)`', verdict: 'better' },
  { name: '`add`', verdict: 'better' },
  { name: '`get_many`, `get_dict`', verdict: 'better' },
  { name: '`set_many` -> keys stored', verdict: 'same' },
  { name: '`delete`', verdict: 'same' },
  { name: '`delete_many` -> list', verdict: 'better' },
  { name: '`has`', verdict: 'better' },
  { name: '`clear()`', verdict: 'better' },
  { name: '`inc`/`dec`', verdict: 'better' },
  {
    name: '`unlink` (Redis async delete)',
    verdict: 'declined',
    reason: 'S3 deletes at once, whatever the size of an object: `deleteMany` without `await` is the same.',
  },
  { name: '`cache` property / backend', verdict: 'same' },
  { name: '`init_app`, several `Cache` objects', verdict: 'same' },
  { name: "`@cached(timeout, key_prefix='view/%s')` on a view", verdict: 'better' },
  { name: "`@cached(key_prefix='x')` on a function", verdict: 'same' },
  { name: '`key_prefix` callable, `make_cache_key`', verdict: 'same' },
  { name: '`query_string=True` (sorted, hashed)', verdict: 'better' },
  { name: '`unless`', verdict: 'same' },
  { name: '`forced_update`', verdict: 'same' },
  { name: '`is_stale` (2.5)', verdict: 'same' },
  { name: '`response_filter`', verdict: 'better' },
  { name: '`CachedResponse(timeout)`', verdict: 'better' },
  { name: '`response_hit_indication` (`hit_cache` header)', verdict: 'better' },
  { name: '`cache_none` (extra `has`, racy)', verdict: 'better' },
  { name: '`hash_method`, `CACHE_HASH_METHOD`', verdict: 'same' },
  { name: '`source_check`', verdict: 'same' },
  { name: '`.uncached`, `.cache_timeout`, `.make_cache_key`', verdict: 'same' },
  { name: '`delete_cached(f, path, query_args)` (2.5)', verdict: 'better' },
  { name: '`@memoize(timeout, make_name, args_to_ignore)`', verdict: 'same' },
  {
    name: 'memoize on methods, `__caching_id__`/repr',
    verdict: 'declined',
    reason: 'An object of JavaScript has no identity that outlives its process: `key` says what tells two apart.',
  },
  { name: '`delete_memoized(f)` / `(f, *args)`', verdict: 'better' },
  { name: '`delete_memoized_verhash` (version key)', verdict: 'better' },
  {
    name: "Jinja `{% cache timeout, key… %}`, `'del'`, `make_template_fragment_key`",
    verdict: 'declined',
    reason: 'Fragments of React are no strings: those of Next are entries of `use cache`, which its handler stores.',
  },
  { name: 'signals `cache_view_hit/miss`, `cache_memoize_hit/miss`', verdict: 'better' },
  { name: '`CACHE_DEFAULT_TIMEOUT` 300, `CACHE_KEY_PREFIX`, `CACHE_OPTIONS`, `CACHE_ARGS`', verdict: 'same' },
  { name: '`CACHE_IGNORE_ERRORS`, debug re-raise', verdict: 'better' },
  { name: '`CACHE_THRESHOLD`', verdict: 'same' },
  { name: '`CACHE_SERIALIZER` (2.5, pickle default)', verdict: 'better' },
  { name: '`NullCache`, `SimpleCache`, `FileSystemCache`', verdict: 'same' },
  { name: '`CACHE_S3_ENDPOINT_URL`, `purge_expired_on_read`, lifecycle doc', verdict: 'better' },
  { name: 'async views (#262), POST-body key (#150, #71)', verdict: 'better' },
]
