/** What a metric can be told apart by. Each has few values: no key, tag or path is ever one of them. */
export type LabelName = keyof typeof LABELS

/** What each label says, and which values it has. */
export const LABELS: {
  readonly [
    name in
      | 'kind'
      | 'tier'
      | 'freshness'
      | 'reason'
      | 'code'
      | 'mode'
      | 'denied'
      | 'call'
      | 'operation'
      | 'status'
      | 'bucket'
      | 'prefix'
  ]: string
} = {
  kind: 'what an entry is: `page`, `fetch`, `use-cache`, `image`, `data`',
  tier: 'where it came from: `memory`, `pending` (on its way to the store), `store`, `build`; `none` for a miss',
  freshness: '`fresh` or `stale`; `expired` where Next decides itself',
  reason: 'why it is a miss: `absent`, `expired`, `invalidated`, `failed`',
  code: 'the code of the error, such as `ERR_OBJECT_STORE_TIMEOUT`; `other` for errors of others',
  mode: '`expire` (gone now) or `stale`',
  denied: 'whether the role may not read the tag log: `true`, `false`',
  call: 'which call of the handler: `get`, `set`, `revalidateTag`',
  operation: "S3's own name, such as `GetObject`; for `store_failures` that of the cache, such as `get`",
  status: 'of the answer: `2xx`, `3xx`, `4xx`, `5xx`; `none` where no answer came',
  bucket: 'the bucket; empty where entries are kept elsewhere',
  prefix: 'text before every object key',
}
