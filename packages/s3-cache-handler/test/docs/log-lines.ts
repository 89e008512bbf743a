import type { CacheEvent } from '../../src/lib/cache-events.ts'
import { messageOf } from '../../src/lib/errors.ts'
import { createEventLog } from '../../src/lib/logging/log-events.ts'
import { OutageLog } from '../../src/lib/logging/outage-log.ts'
import { withBreaker } from '../../src/lib/object-store/breaker.ts'
import type { Capability } from '../../src/lib/object-store/capabilities.ts'
import { withDeadline } from '../../src/lib/object-store/deadline.ts'
import { lazyStore } from '../../src/lib/object-store/lazy-store.ts'
import type { ObjectStore } from '../../src/lib/object-store/object-store.ts'
import { toObjectStoreError } from '../../src/lib/object-store/s3-errors.ts'
import { fakeStore, never } from '../fake-store.ts'

/** What a failure says. */
const error = new Error('a reason')
const entry = { kind: 'page', key: '/' } as const
/** All that there are, as for the events. */
const CALLS = { get: true, set: true, revalidateTag: true } satisfies Record<CallOfFailed, true>
const LACKS = { 'conditional-put': true, 'conditional-delete': true, list: true, tags: true } satisfies Record<
  Capability,
  true
>

type CallOfFailed = Extract<CacheEvent, { readonly name: 'failed' }>['call']
type EventsByName = { readonly [Name in CacheEvent['name']]: readonly Extract<CacheEvent, { readonly name: Name }>[] }

/** All that there are: the compiler sees to it. Of most nothing is logged. */
const EVENTS: EventsByName = {
  hit: [{ name: 'hit', ...entry, tier: 'memory', freshness: 'fresh', ageMs: 1, durationMs: 1 }],
  miss: [{ name: 'miss', ...entry, reason: 'failed', durationMs: 1 }],
  set: [{ name: 'set', ...entry }],
  deleted: [{ name: 'deleted', ...entry }],
  deduplicated: [{ name: 'deduplicated', ...entry }],
  'remake-failed': [{ name: 'remake-failed', ...entry, error }],
  'store-lacks': namesOf(LACKS).map((what) => ({ name: 'store-lacks', what, reason: 'a reason' })),
  stored: [{ name: 'stored', ...entry, bytes: 1 }],
  'not-stored': [{ name: 'not-stored', ...entry, error }],
  discarded: [{ name: 'discarded', ...entry }],
  'not-indexed': [{ name: 'not-indexed', ...entry, error }],
  invalidated: [{ name: 'invalidated', tags: ['t'], expireSeconds: undefined }],
  announced: [{ name: 'announced', subjects: 1 }],
  'invalidation-failed': [{ name: 'invalidation-failed', waiting: 1, error }],
  'refresh-failed': [false, true].map((denied) => ({ name: 'refresh-failed', denied, error })),
  compacted: [{ name: 'compacted', objects: 1, subjects: 1 }],
  'compaction-failed': [{ name: 'compaction-failed', error }],
  cleared: [{ name: 'cleared', deleted: 1 }],
  'clock-skewed': [90_000, -90_000].map((skewMs) => ({ name: 'clock-skewed', skewMs })),
  corrupt: [{ name: 'corrupt', objectKey: 'k', reason: 'a reason' }],
  // Its line is the error's message: see `failuresOfAStore`.
  'store-failed': [],
  'store-recovered': [{ name: 'store-recovered', operation: 'get' }],
  request: [
    {
      name: 'request',
      operation: 'GetObject',
      bucket: 'b',
      objectKey: 'k',
      origin: 'https://s3.eu-west-1.amazonaws.com',
      status: 503,
      storeCode: 'SlowDown',
      isFailure: true,
      durationMs: 1,
    },
  ],
  failed: namesOf(CALLS).map((call) => ({ name: 'failed', call, key: '/', error })),
  misconfigured: [{ name: 'misconfigured', error }],
  drained: [{ name: 'drained', left: 2, invalidationsLeft: 2 }],
}

function namesOf<Name extends string>(names: Readonly<Record<Name, true>>): Name[] {
  return Object.keys(names) as Name[]
}

function linesOf(events: readonly CacheEvent[]): string[] {
  const lines: string[] = []
  const add = (line: string): void => void lines.push(line)
  // Each of its own: a log says no more than a line a minute about one kind of failure.
  for (const event of events) createEventLog({ error: add, warn: add, info: add, debug: add }, 'info')(event)
  return lines
}

/** What the explorer's sources log, with `…` for what is put in. */
export const linesOfTheExplorer = (text: string): string[] =>
  Array.from(
    text.matchAll(/`(?:\[s3-cache-handler\] )?(The explorer[^`]*|A request of the explorer[^`]*)`/g),
    ([, line = '']) => line.replaceAll(/\$\{.*\}/g, '…'),
  )

function linesOfAnOutage(): string[] {
  const lines: string[] = []
  const add = (line: string): void => void lines.push(line)
  let now = 0
  const log = new OutageLog({ error: add, info: add }, () => now)
  for (; now < 120_000; now += 30_000) log.failed("The object store's get", 'a reason')
  log.recovered("The object store's get")
  return lines.filter((line) => line !== 'a reason')
}

/** What the store's wrappers and errors say of each way to fail. */
async function failuresOfAStore(): Promise<string[]> {
  const refused = toObjectStoreError(refusal('SlowDown', 503), 'get', 'k')
  const network = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  const nobody = Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' })
  const broken = fakeStore(() => Promise.reject(refused))
  const paused = withBreaker(broken, { failures: 1, firstWaitMs: 60_000, maxWaitMs: 60_000, probe: never })
  return [
    await failureOf(paused),
    await failureOf(paused),
    await failureOf(withDeadline(fakeStore(never), 1)),
    await failureOf(lazyStore(() => Promise.reject(error))),
    toObjectStoreError(network, 'put', 'k').message,
    toObjectStoreError(nobody, 'list', 'k').message,
  ]
}

const failureOf = (store: ObjectStore): Promise<string> => store.get('k').then(() => '', messageOf)

/** As the SDK throws what S3 answers. */
export const refusal = (name: string, httpStatusCode: number): Error =>
  Object.assign(new Error(''), { name, $metadata: { httpStatusCode } })

/** All that the package logs of events, each line once or more. */
export const loggedLines = async (): Promise<string[]> => [
  ...linesOf(Object.values(EVENTS).flat()),
  ...linesOfAnOutage(),
  ...(await failuresOfAStore()),
]
