import { describe, expect, it } from 'vitest'
import { deferred, never, storeError } from '../../../test/fake-store.ts'
import { settle } from '../../../test/manual-runtime.ts'
import { createTagFleet, type TagFleet } from '../../../test/tag-fleet.ts'
import type { Entry } from '../entry.ts'
import { judge } from '../freshness/freshness.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
import { encodeEvents } from './log-codec.ts'
import { tagSubject } from './subjects.ts'
import { TagFold } from './tag-fold.ts'
import type { RenderStart, TagView } from './tag-view.ts'

const MINUTE_MS = 60_000
const marks = { tags: ['t'], addresses: ['d1/page//a'] }
const t = [tagSubject('t')]

/** What an entry that was rendered elsewhere, or here, is to this instance. */
function byTags(view: TagView, { seen = 0, order, known }: Partial<Pick<Entry, 'seen' | 'order' | 'known'>>): string {
  const entry = { kind: 'page', key: 'k', value: null, lastModified: 0, seen, order, known, tags: ['t'] } as const
  return judge(entry, { events: view.about(marks), unknownMs: Infinity, now: 1_700_000_000_000 }).byTags
}

async function warm(view: TagView): Promise<void> {
  await view.refresh()
}

/** One whose bell was rung before. */
async function createRungFleet(): Promise<TagFleet> {
  const fleet = createTagFleet()
  await fleet.objects.put(fleet.layout.bell, Buffer.from('rung'))
  return fleet
}

describe('an invalidation', () => {
  it('costs one listing and two PUTs, in this order: the listing, the events, the bell', async () => {
    const fleet = createTagFleet()
    await fleet.open().invalidate(t)
    expect(fleet.requests()).toEqual(['list tags/log/', 'put tags/log/…', 'put tags/bell'])
  })

  it('costs no more where twenty instances invalidate at once', async () => {
    const fleet = createTagFleet()
    const all = Array.from({ length: 20 }, () => fleet.open())
    await Promise.all(all.map((view, index) => view.invalidate([tagSubject(`t${index}`)])))
    const requests = fleet.requests()
    expect(requests.filter((request) => request.startsWith('list'))).toHaveLength(20)
    expect(requests.filter((request) => request.startsWith('put'))).toHaveLength(40)
    const late = fleet.open()
    await late.refresh()
    for (let index = 0; index < 20; index++) {
      expect(late.about({ tags: [`t${index}`], addresses: [] }).stored).toHaveLength(1)
    }
  })

  it('takes a page that was made of cached data, though its render knew of a higher stamp', async () => {
    const fleet = createTagFleet()
    const [a, b] = [fleet.open(), fleet.open()]
    await Promise.all([warm(a), warm(b)])
    // A's is stamped and on its way, when B's, which is stamped higher, is stored and known.
    const gate = deferred()
    const isFirst = { current: true }
    fleet.onCall = ({ operation, key }) => {
      if (operation !== 'put' || !key.startsWith(fleet.layout.log) || !isFirst.current) return undefined
      isFirst.current = false
      return gate.promise
    }
    const slow = a.invalidate(t)
    await settle()
    await fleet.runtime.pass(50)
    await b.invalidate([tagSubject('p')])
    const page = b.knowledgeOf(b.begin(), { ...marks, tags: ['t', 'p'] })
    expect(byTags(b, page)).toBe('fresh')
    gate.resolve()
    await slow
    await fleet.runtime.pass(1000)
    await b.refresh()
    expect(b.about(marks).stored[0]?.state.hardAt).toBeLessThanOrEqual(page.seen)
    expect(byTags(b, page)).toBe('expired')
  })

  it('is known to a render that began after it, and to none that began before, whatever came to be known meanwhile', async () => {
    const fleet = createTagFleet()
    const a = fleet.open()
    await warm(a)
    const before = a.begin()
    await a.invalidate(t, Infinity)
    const between = a.begin()
    await fleet.runtime.pass(10)
    await a.invalidate(t, Infinity)
    const after = a.begin()
    const stateOf = (start: RenderStart): string => byTags(a, a.knowledgeOf(start, marks))
    expect([before, between, after].map(stateOf)).toEqual(['stale', 'stale', 'fresh'])
    // The first of two is remembered: what was hard then is not hard again for having been overtaken softly.
    expect(a.knowledgeOf(between, marks).known).toEqual([['t:t', a.knowledgeOf(between, marks).seen]])
  })

  it('holds where it was called from the call on, but not for what is rendered there after the call', async () => {
    const fleet = createTagFleet()
    const a = fleet.open()
    await warm(a)
    const before = a.begin()
    fleet.onCall = never
    void a.invalidate(t)
    expect(byTags(a, before)).toBe('expired')
    expect(byTags(a, { seen: 1e15 })).toBe('expired')
    expect(byTags(a, a.begin())).toBe('fresh')
  })

  it('is seen by another instance that looks after its acknowledgment, and by one that starts then', async () => {
    const fleet = createTagFleet()
    const [a, b] = [fleet.open(), fleet.open()]
    await warm(b)
    const before = b.begin()
    await a.invalidate(t)
    await fleet.runtime.pass(1000)
    await b.refresh()
    const c = fleet.open()
    await c.refresh()
    for (const view of [a, b, c]) {
      expect(byTags(view, { seen: before.seen })).toBe('expired')
      expect(byTags(view, { seen: view.begin().seen })).toBe('fresh')
    }
  })

  it('outstamps whatever was stored when it was called, also where its own clock is behind', async () => {
    const fleet = createTagFleet()
    const [a, b] = [fleet.open(), fleet.open()]
    fleet.runtime.setWall(1_800_000_000_000)
    await a.invalidate(t)
    fleet.runtime.setWall(1_600_000_000_000)
    await warm(b)
    const afterFirst = b.begin()
    await b.invalidate(t)
    expect(byTags(b, { seen: afterFirst.seen })).toBe('expired')
  })

  it('is written together with all that are called while another is on its way', async () => {
    const fleet = createTagFleet()
    const a = fleet.open()
    await Promise.all(Array.from({ length: 50 }, (_, tag) => a.invalidate([tagSubject(`t${tag}`)])))
    expect(fleet.requests().filter((request) => request === 'put tags/log/…').length).toBeLessThanOrEqual(2)
    const b = fleet.open()
    await b.refresh()
    for (let tag = 0; tag < 50; tag++) {
      expect(b.about({ tags: [`t${tag}`], addresses: [] }).stored).toHaveLength(1)
    }
  })

  it('leaves a render stale that several soft ones overtook, though a hard one came before it', async () => {
    const fleet = createTagFleet()
    const a = fleet.open()
    await a.invalidate(t)
    const start = a.begin()
    for (let count = 0; count < 5; count++) {
      await fleet.runtime.pass(10)
      await a.invalidate(t, Infinity)
    }
    expect(byTags(a, a.knowledgeOf(start, marks))).toBe('stale')
  })

  it('is tried until it is stored, with the same bytes under the same key, and reported each time', async () => {
    const fleet = createTagFleet()
    const a = fleet.open()
    await warm(a)
    const failing = ['list', 'put', 'put']
    fleet.onCall = ({ operation }) => {
      if (operation !== failing[0]) return
      failing.shift()
      throw storeError('ERR_OBJECT_STORE_BUSY')
    }
    const done = a.invalidate(t)
    for (let retry = 0; retry < 3; retry++) await fleet.runtime.pass(5000)
    expect(await done).toBe(true)
    expect(fleet.events.map(({ name }) => name)).toEqual([
      ...Array.from({ length: 3 }, () => 'invalidation-failed'),
      'announced',
    ])
    const puts = fleet.calls.filter(({ operation, key }) => operation === 'put' && key.startsWith(fleet.layout.log))
    expect([puts.length, new Set(puts.map(({ key }) => key)).size]).toEqual([3, 1])
  })

  it('rings with a new nonce at each attempt', async () => {
    const fleet = createTagFleet()
    const nonces: string[] = []
    let failures = 2
    const store: ObjectStore = {
      ...fleet.objects,
      async put(key, body, options) {
        if (key === fleet.layout.bell) nonces.push(Buffer.from(body).toString())
        if (key === fleet.layout.bell && failures-- > 0) throw storeError('ERR_OBJECT_STORE_TIMEOUT')
        return await fleet.objects.put(key, body, options)
      },
    }
    const done = fleet.open({ store }).invalidate(t)
    for (let retry = 0; retry < 3; retry++) await fleet.runtime.pass(5000)
    await done
    expect(new Set(nonces).size).toBe(3)
  })

  it('counts a refused ring as done once the bell was seen to change', async () => {
    const fleet = createTagFleet()
    fleet.onCall = ({ operation, key }) => {
      if (operation === 'put' && key === fleet.layout.bell) throw storeError('ERR_OBJECT_STORE_BUSY')
    }
    await fleet.objects.put(fleet.layout.bell, Buffer.from('before'))
    const done = fleet.open().invalidate(t)
    await fleet.runtime.pass(5000)
    await fleet.objects.put(fleet.layout.bell, Buffer.from('another'))
    await fleet.runtime.pass(5000)
    expect(await done).toBe(true)
  })

  it('is not waited for where the store is known not to answer, but kept', async () => {
    const fleet = createTagFleet()
    const a = fleet.open()
    fleet.onCall = () => {
      throw storeError('ERR_OBJECT_STORE_PAUSED')
    }
    expect(await a.invalidate(t)).toBe(false)
    // Not even until the next attempt.
    expect(await a.invalidate(t)).toBe(false)
    expect(a.pending).toBe(2)
    fleet.onCall = () => {}
    await fleet.runtime.pass(5000)
    expect(a.pending).toBe(0)
    const b = fleet.open()
    await b.refresh()
    expect(byTags(b, {})).toBe('expired')
  })

  it('is stored as soon as the store is asked again, however long the outage was, and was told to have failed once', async () => {
    const fleet = createTagFleet()
    const a = fleet.open()
    const failures = (): number => fleet.events.filter(({ name }) => name === 'invalidation-failed').length
    fleet.onCall = () => {
      throw storeError('ERR_OBJECT_STORE_PAUSED')
    }
    expect(await a.invalidate(t)).toBe(false)
    await fleet.runtime.pass(10 * MINUTE_MS)
    expect(failures()).toBe(1)
    fleet.onCall = () => {}
    await fleet.runtime.pass(250)
    expect(a.pending).toBe(0)
  })

  it('that is not stored yet keeps a process that ends alive, and is tried more often', async () => {
    const fleet = createTagFleet()
    const a = fleet.open()
    fleet.onCall = () => {
      throw storeError('ERR_OBJECT_STORE_BUSY')
    }
    void a.invalidate(t)
    for (let minute = 0; minute < 10; minute++) await fleet.runtime.pass(MINUTE_MS)
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const before = timers()
    const drained = a.drain(60_000)
    expect(timers()).toBe(before + 1)
    fleet.onCall = () => {}
    await fleet.runtime.pass(250)
    await drained
    expect([a.pending, timers()]).toEqual([0, before])
  })

  it('of nothing is done at once', async () => {
    const fleet = createTagFleet()
    expect(await fleet.open().invalidate([])).toBe(true)
    expect(fleet.requests()).toEqual([])
  })

  it('that is soft after a hard one in the same batch stays hard', async () => {
    const fleet = createTagFleet()
    const a = fleet.open()
    await Promise.all([a.invalidate(t), a.invalidate(t, Infinity)])
    expect(byTags(a, {})).toBe('expired')
  })
})

describe('the view', () => {
  it('asks the bell once in tagRefreshMs while there are requests, and never while there are none', async () => {
    const fleet = createTagFleet()
    const a = fleet.open()
    await a.refresh()
    expect(fleet.requests()).toEqual(['get tags/bell', 'list tags/log/', 'put tags/bell'])
    expect(a.refresh()).toBeUndefined()
    await fleet.runtime.pass(10 * 1000)
    expect(fleet.requests()).toEqual([])
    await Promise.all([a.refresh(), a.refresh(), a.refresh()])
    // There is a bell now, which it has not read yet.
    expect(fleet.requests()).toEqual(['get tags/bell', 'list tags/log/'])
    await fleet.runtime.pass(10 * 1000)
    await Promise.all([a.refresh(), a.refresh(), a.refresh()])
    expect(fleet.requests()).toEqual(['get tags/bell'])
  })

  it('asks in the background just before a request would have to wait', async () => {
    const fleet = await createRungFleet()
    const a = fleet.open()
    await a.refresh()
    fleet.requests()
    await fleet.runtime.pass(983)
    expect([a.refresh(), fleet.requests()]).toEqual([undefined, []])
    await fleet.runtime.pass(2)
    expect(a.refresh()).toBeUndefined()
    await settle()
    expect(fleet.requests()).toEqual(['get tags/bell'])
  })

  it('makes no more requests in a minute of steady traffic than one in tagRefreshMs, and one more', async () => {
    const fleet = await createRungFleet()
    const a = fleet.open()
    await a.refresh()
    fleet.requests()
    for (let elapsed = 0; elapsed < MINUTE_MS; elapsed += 5) {
      await a.refresh()
      await fleet.runtime.pass(5)
    }
    expect(fleet.requests().length).toBeLessThanOrEqual(61)
  })

  it('with a tagRefreshMs of 0 looks for each request, by a check that began after it arrived', async () => {
    const fleet = await createRungFleet()
    const a = fleet.open({ tagRefreshMs: 0 })
    await a.refresh()
    fleet.requests()
    const gate = deferred()
    fleet.onCall = () => gate.promise
    const first = a.refresh()
    const others = [a.refresh(), a.refresh()]
    gate.resolve()
    await Promise.all([first, ...others])
    expect(fleet.requests()).toEqual(['get tags/bell', 'get tags/bell'])
  })

  it('is as old as the start of its check, not as its end', async () => {
    const fleet = createTagFleet()
    const a = fleet.open()
    const gate = deferred()
    fleet.onCall = () => gate.promise
    const first = a.refresh()
    await fleet.runtime.pass(900)
    gate.resolve()
    await first
    await fleet.runtime.pass(100)
    expect(a.refresh()).toBeInstanceOf(Promise)
  })

  it('is old after the machine stood still, by whichever clock went on', async () => {
    const fleet = createTagFleet()
    const a = fleet.open()
    await a.refresh()
    fleet.runtime.setWall(fleet.runtime.wallMs() + MINUTE_MS)
    expect(a.refresh()).toBeInstanceOf(Promise)
    await settle()
    fleet.runtime.setWall(fleet.runtime.wallMs() - MINUTE_MS)
    await fleet.runtime.pass(1000)
    expect(a.refresh()).toBeInstanceOf(Promise)
  })

  it('does not take a ring for heard before its listing succeeded', async () => {
    const fleet = createTagFleet()
    const [a, b] = [fleet.open(), fleet.open()]
    await b.refresh()
    await a.invalidate(t)
    await fleet.runtime.pass(1000)
    fleet.onCall = ({ operation }) => {
      if (operation === 'list') throw storeError('ERR_OBJECT_STORE_BUSY')
    }
    await b.refresh()
    fleet.onCall = () => {}
    await fleet.runtime.pass(1000)
    await b.refresh()
    expect(byTags(b, {})).toBe('expired')
  })

  it('knows nothing before the first complete pass: what came from elsewhere counts as gone, and renders know nothing', async () => {
    const fleet = createTagFleet()
    await fleet.open().invalidate(t)
    const a = fleet.open()
    expect(byTags(a, { seen: 1e15 })).toBe('expired')
    fleet.onCall = ({ operation }) => {
      if (operation === 'list') throw storeError('ERR_OBJECT_STORE_BUSY')
    }
    await a.refresh()
    expect(byTags(a, { seen: 1e15 })).toBe('expired')
    expect(a.begin().seen).toBe(0)
    fleet.onCall = () => {}
    await fleet.runtime.pass(1000)
    await a.refresh()
    expect(byTags(a, { seen: 1e15 })).toBe('fresh')
    expect(a.begin().seen).toBeGreaterThan(0)
  })

  it('keeps what it knows when a check fails, says so, and asks again after a moment', async () => {
    const fleet = createTagFleet()
    const [a, b] = [fleet.open(), fleet.open()]
    await a.invalidate(t)
    await b.refresh()
    await fleet.runtime.pass(1000)
    fleet.onCall = () => {
      throw storeError('ERR_OBJECT_STORE_BUSY')
    }
    await b.refresh()
    fleet.requests()
    expect([b.refresh(), fleet.requests()]).toEqual([undefined, []])
    expect(byTags(b, {})).toBe('expired')
    expect(fleet.events).toContainEqual({ name: 'refresh-failed', denied: false, error: expect.any(Error) })
    await fleet.runtime.pass(250)
    await b.refresh()
    expect(fleet.requests()).toEqual(['get tags/bell'])
  })

  it('lets no request wait longer than timeoutMs', async () => {
    const fleet = createTagFleet()
    const a = fleet.open()
    fleet.onCall = never
    let isOver = false
    void a.refresh()?.then(() => (isOver = true))
    await fleet.runtime.pass(1999)
    expect(isOver).toBe(false)
    await fleet.runtime.pass(1)
    expect(isOver).toBe(true)
  })

  it('says once of a look that it came too late, however many requests went on without it', async () => {
    const fleet = createTagFleet()
    const a = fleet.open()
    const gate = deferred()
    fleet.onCall = () => gate.promise
    const requests = Array.from({ length: 20 }, () => a.refresh())
    await fleet.runtime.pass(1500)
    // They wait for the next look, which begins after this one.
    requests.push(...Array.from({ length: 20 }, () => a.refresh()))
    await fleet.runtime.pass(500)
    await fleet.runtime.pass(1500)
    for (const request of requests) await request
    gate.resolve()
    await settle()
    const error = expect.objectContaining({ message: expect.stringContaining('within 2000 ms ("timeoutMs")') })
    expect(fleet.events).toEqual([{ name: 'refresh-failed', denied: false, error }])
  })

  it('says once of a look that came too late and failed then, by why it failed', async () => {
    const fleet = createTagFleet()
    const a = fleet.open()
    const gate = deferred()
    fleet.onCall = () => gate.promise
    const request = a.refresh()
    await fleet.runtime.pass(2000)
    await request
    gate.reject(storeError('ERR_OBJECT_STORE_BUSY'))
    await settle()
    const error = expect.objectContaining({ code: 'ERR_OBJECT_STORE_BUSY' })
    expect(fleet.events).toEqual([{ name: 'refresh-failed', denied: false, error }])
  })

  it('says where the role may not read the log that other instances’ invalidations cannot be known', async () => {
    const fleet = createTagFleet()
    const a = fleet.open()
    fleet.onCall = ({ operation }) => {
      if (operation === 'list') throw storeError('ERR_OBJECT_STORE_DENIED', 'AccessDenied')
    }
    await a.refresh()
    expect(a.about(marks).of).toBe('own')
    expect(fleet.events).toMatchObject([{ name: 'refresh-failed', denied: true }])
    fleet.requests()
    await fleet.runtime.pass(999)
    expect([a.refresh(), fleet.requests()]).toEqual([undefined, []])
    // Nobody waits for what will not be stored.
    expect(await a.invalidate(t)).toBe(false)
    expect(byTags(a, { seen: 1e15 })).toBe('expired')
    fleet.onCall = () => {}
    await fleet.runtime.pass(5000)
    await a.refresh()
    expect(a.about(marks).of).toBe('all')
    expect(a.pending).toBe(0)
  })

  it('finds what was stored when the bell was deleted by hand, again and again, and puts up a new one', async () => {
    const fleet = createTagFleet()
    const [a, b] = [fleet.open(), fleet.open()]
    await a.invalidate(t)
    await b.refresh()
    for (let time = 0; time < 3; time++) {
      await fleet.objects.delete(fleet.layout.bell)
      await fleet.runtime.pass(1000)
      const { seen } = b.begin()
      await a.invalidate(t)
      await fleet.objects.delete(fleet.layout.bell)
      await b.refresh()
      await settle()
      expect(byTags(b, { seen })).toBe('expired')
      expect(await fleet.objects.head(fleet.layout.bell)).toBeDefined()
    }
  })

  it('finds within ten minutes what a writer stored that died before it rang', async () => {
    const fleet = createTagFleet()
    const [a, b] = [fleet.open(), fleet.open()]
    await b.refresh()
    await fleet.runtime.pass(1000)
    await b.refresh()
    fleet.onCall = ({ operation, key }) => (operation === 'put' && key === fleet.layout.bell ? never() : undefined)
    void a.invalidate(t)
    await fleet.runtime.pass(9 * MINUTE_MS)
    await b.refresh()
    expect(byTags(b, {})).toBe('fresh')
    await fleet.runtime.pass(MINUTE_MS)
    await b.refresh()
    expect(byTags(b, {})).toBe('expired')
  })
})

describe('a log object', () => {
  it('that cannot be decoded takes everything from before, is told of once, and is never merged', async () => {
    const fleet = createTagFleet()
    const damaged = fleet.layout.logObject(0, 'damaged')
    await fleet.objects.put(damaged, Buffer.from('garbage'))
    const a = fleet.open()
    await a.refresh()
    expect(byTags(a, { seen: Math.floor(a.begin().seen) })).toBe('expired')
    expect(byTags(a, { seen: a.begin().seen })).toBe('fresh')
    // What another instance stamps cannot equal it.
    expect(Number.isInteger(a.begin().seen)).toBe(false)
    for (let count = 0; count < 20; count++) {
      await a.invalidate([tagSubject(`t${count}`)])
    }
    await fleet.runtime.pass(10_000)
    expect(fleet.events.filter(({ name }) => name === 'corrupt')).toHaveLength(1)
    const { objects } = await fleet.objects.list(fleet.layout.log)
    expect(objects.map(({ key }) => key)).toEqual([damaged, expect.stringContaining('/log/0001/')])
  })

  it('that cannot be decoded takes what it may have been about, also when it is read first', async () => {
    const fleet = createTagFleet()
    const a = fleet.open()
    await a.invalidate(t)
    const { seen } = a.begin()
    await fleet.objects.put(fleet.layout.logObject(0, '0-first'), Buffer.from('garbage'))
    const b = fleet.open()
    await b.refresh()
    expect(byTags(b, { seen })).toBe('expired')
    expect(byTags(b, b.knowledgeOf(b.begin(), marks))).toBe('fresh')
  })

  it('that is gone was merged into another, which is listed in the same pass', async () => {
    const fleet = createTagFleet()
    const [a, b] = [fleet.open(), fleet.open()]
    await a.invalidate(t)
    const [object] = (await fleet.objects.list(fleet.layout.log)).objects
    const key = object?.key ?? ''
    const stored = await fleet.objects.get(key)
    // Between B's listing and its GET the object moves to the next generation.
    fleet.onCall = async (call) => {
      if (call.operation !== 'get' || call.key !== key || stored.kind !== 'found') return
      await fleet.objects.put(fleet.layout.logObject(1, 'merged'), stored.body)
      await fleet.objects.delete(key)
    }
    await b.refresh()
    expect(byTags(b, {})).toBe('expired')
    // One by A and two by B.
    expect(fleet.requests().filter((request) => request === 'list tags/log/')).toHaveLength(3)
  })
})

describe('compaction', () => {
  async function invalidateMany(view: TagView, count: number): Promise<void> {
    for (let tag = 0; tag < count; tag++) await view.invalidate([tagSubject(`t${tag}`)])
  }
  const logKeys = async ({ objects, layout }: ReturnType<typeof createTagFleet>): Promise<string[]> =>
    (await objects.list(layout.log)).objects.map(({ key }) => key)

  it('merges more than 16 objects of one generation into one of the next, and nothing is lost', async () => {
    const fleet = createTagFleet()
    const a = fleet.open()
    await invalidateMany(a, 17)
    await fleet.runtime.pass(10_000)
    expect(await logKeys(fleet)).toHaveLength(17)
    // Compaction is thought of by whoever lists.
    await a.invalidate([tagSubject('t0')])
    await fleet.runtime.pass(10_000)
    expect(await logKeys(fleet)).toEqual([expect.stringMatching(/log\/0001\/[0-9a-f]{32}$/)])
    const b = fleet.open()
    await b.refresh()
    for (let tag = 0; tag < 17; tag++) expect(b.about({ tags: [`t${tag}`], addresses: [] }).stored).toHaveLength(1)
    expect(b.begin().seen).toBe(a.begin().seen)
  })

  it('that may not delete says so, and does not make the log longer with every attempt', async () => {
    const fleet = createTagFleet()
    const a = fleet.open({
      store: {
        ...fleet.objects,
        deleteMany: async (keys) => ({ failed: keys.map((key) => ({ key, reason: 'AccessDenied' })) }),
      },
    })
    await invalidateMany(a, 18)
    await fleet.runtime.pass(10_000)
    await a.invalidate(t)
    await fleet.runtime.pass(10_000)
    expect(fleet.events.map(({ name }) => name).filter((name) => name.startsWith('compact'))).toEqual([
      'compaction-failed',
    ])
    for (let attempt = 0; attempt < 3; attempt++) {
      await fleet.runtime.pass(10 * MINUTE_MS)
      await a.invalidate([tagSubject(`later${attempt}`)])
      await fleet.runtime.pass(10_000)
    }
    expect(fleet.events.filter(({ name }) => name === 'compaction-failed').length).toBeGreaterThan(1)
    expect((await logKeys(fleet)).filter((key) => key.includes('/0001/'))).toHaveLength(1)
  })

  it('goes on beside objects that cannot be decoded', async () => {
    const fleet = createTagFleet()
    for (let count = 0; count < 17; count++) {
      await fleet.objects.put(fleet.layout.logObject(0, `damaged-${count}`), Buffer.from('garbage'))
      const events = new TagFold()
      events.add(tagSubject(`t${count}`), { hardAt: 1 + count, soft: [] }, 0)
      await fleet.objects.put(fleet.layout.logObject(1, `merged-${count}`), encodeEvents(events))
    }
    await fleet.open().refresh()
    await fleet.runtime.pass(10_000)
    const generations = (await logKeys(fleet)).map((key) => key.split('/').at(-2))
    expect(generations.filter((generation) => generation === '0001')).toHaveLength(0)
    expect(generations.filter((generation) => generation === '0002')).toHaveLength(1)
  })

  it('by two at once writes the same object', async () => {
    const fleet = createTagFleet()
    const [a, b] = [fleet.open(), fleet.open()]
    await invalidateMany(a, 18)
    await b.refresh()
    await fleet.runtime.pass(10_000)
    expect(await logKeys(fleet)).toHaveLength(1)
    expect(fleet.events.filter(({ name }) => name === 'compacted').length).toBeGreaterThan(0)
  })

  it('that dies midway loses nothing', async () => {
    const fleet = createTagFleet()
    const a = fleet.open()
    await invalidateMany(a, 18)
    fleet.onCall = ({ operation }) => (operation === 'deleteMany' ? never() : undefined)
    await fleet.runtime.pass(10_000)
    expect(await logKeys(fleet)).toHaveLength(19)
    const b = fleet.open()
    await b.refresh()
    for (let tag = 0; tag < 18; tag++) expect(b.about({ tags: [`t${tag}`], addresses: [] }).stored).toHaveLength(1)
  })

  it('deletes exactly what it read', async () => {
    const fleet = createTagFleet()
    const a = fleet.open()
    await invalidateMany(a, 18)
    const late = fleet.layout.logObject(0, 'zz-late')
    fleet.onCall = async ({ operation, key }) => {
      const [first] = (await fleet.objects.list(fleet.layout.log)).objects
      const read = first === undefined ? undefined : await fleet.objects.get(first.key)
      if (operation === 'get' && key.startsWith(fleet.layout.log) && read?.kind === 'found') {
        await fleet.objects.put(late, read.body)
      }
    }
    await fleet.runtime.pass(10_000)
    expect(await logKeys(fleet)).toEqual([late, expect.stringContaining('/log/0001/')])
  })

  it('replaces what is older than any entry by a clear, so that what slept through it does not come back', async () => {
    const fleet = createTagFleet()
    const a = fleet.open({ maxEntryAgeMs: 5 * MINUTE_MS })
    await a.invalidate(t)
    const { seen } = a.begin()
    await fleet.runtime.pass(6 * MINUTE_MS)
    await invalidateMany(a, 17)
    await fleet.runtime.pass(10_000)
    const b = fleet.open()
    await b.refresh()
    const { stored } = b.about(marks)
    expect(stored.map(({ subject, state }) => [subject, state.hardAt])).toEqual([['a:', seen]])
  })
})

describe('what was known before a moment', () => {
  it('is what had been called here or learnt by then, and nothing of the same millisecond', async () => {
    const fleet = createTagFleet()
    const [a, b] = [fleet.open(), fleet.open()]
    await Promise.all([a.refresh(), b.refresh()])
    const unknowing = a.begin()
    await fleet.runtime.pass(100)
    const called = fleet.runtime.wallMs()
    await a.invalidate(t)
    await fleet.runtime.pass(1000)
    const heard = fleet.runtime.wallMs()
    await b.refresh()
    await fleet.runtime.pass(100)
    expect(a.begunBefore(called)).toMatchObject({ order: unknowing.order, seen: unknowing.seen })
    expect(a.begunBefore(called + 1)).toEqual(a.begin())
    expect(b.begunBefore(heard).seen).toBe(0)
    expect(b.begunBefore(heard + 1)).toEqual(b.begin())
    const made = a.knowledgeOf(a.begunBefore(called), marks)
    expect(byTags(a, made)).toBe('expired')
    expect(byTags(a, a.knowledgeOf(a.begunBefore(called + 1), marks))).toBe('fresh')
  })

  it('tells of an invalidation that is on its way, too', async () => {
    const fleet = createTagFleet()
    const a = fleet.open()
    await a.refresh()
    fleet.onCall = () => never()
    void a.invalidate(t)
    await fleet.runtime.pass(10)
    const made = a.knowledgeOf(a.begunBefore(fleet.runtime.wallMs()), marks)
    expect(byTags(a, made)).toBe('fresh')
    expect(byTags(a, a.knowledgeOf(a.begunBefore(fleet.runtime.wallMs() - 10), marks))).toBe('expired')
  })
})
