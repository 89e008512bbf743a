import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { HandlerSubject } from './handler-subject.ts'
import type { UseCacheValue } from './instance-calls.ts'
import { soon } from './soon.ts'
import { ALL_BYTES, useCacheText } from './values.ts'

/** That `use cache` has what was made, whole, where and while it may. */
export function describeUseCache(subject: () => HandlerSubject): void {
  const expectOnB = async (key: string, value: UseCacheValue): Promise<void> => {
    const { a, b } = subject()
    await a.setUseCache({ key }, value)
    await soon(() => b.getUseCache({ key })).toMatchObject({ verdict: 'fresh' })
    const { tags = [], chunks } = value
    for (const instance of [b, a]) {
      const found = await instance.getUseCache({ key })
      expect(found).toMatchObject({ verdict: 'fresh', tags })
      expect(Buffer.concat(chunks).equals(found.body ?? Buffer.from('none'))).toBe(true)
    }
  }

  it('answers undefined where nothing was set', async () => {
    expect(await subject().a.getUseCache({ key: subject().newName() })).toEqual({ verdict: 'gone' })
  })

  it('has a value of several chunks on another instance, byte for byte, with its tags', async () => {
    const chunks = [ALL_BYTES, Buffer.from('é'), new Uint8Array(), randomBytes(100_000)]
    await expectOnB(subject().newName(), { chunks, tags: ['a tag', 'é'] })
  })

  it('has a value of 5 MB', async () => {
    await expectOnB(subject().newName(), { chunks: Array.from({ length: 80 }, () => randomBytes(65_536)) })
  })

  it('has a value of one zero byte, with which Next marks root params', async () => {
    await expectOnB(subject().newName(), { chunks: [Uint8Array.of(0)], tags: ['_N_RP_lang'] })
  })

  it('keeps apart keys of any length and alphabet that begin alike', async () => {
    const { a, b } = subject()
    const name = subject().newName()
    const keys = ['../..', 'a/b', 'a_b', 'é\0', `${'x'.repeat(5000)}1`, `${'x'.repeat(5000)}2`].map((end) =>
      JSON.stringify([name, end]),
    )
    for (const key of keys) await a.setUseCache({ key }, useCacheText(key))
    const onB = () => Promise.all(keys.map(async (key) => (await b.getUseCache({ key })).body?.toString()))
    await soon(onB).toEqual(keys)
  })

  it('gives each reader a stream of its own', async () => {
    const key = subject().newName()
    await subject().a.setUseCache({ key }, useCacheText('whole'))
    expect((await subject().a.getUseCacheTwice({ key })).body?.toString()).toBe('wholewhole')
  })

  it('waits in `get` for a `set` under way', async () => {
    const key = subject().newName()
    const set = subject().a.setUseCache({ key }, useCacheText('made', { makingMs: 500 }))
    const found = await subject().a.getUseCache({ key })
    await set
    expect(found.body?.toString()).toBe('made')
  })

  it.each(['at-once', 'half-way'] as const)('does not keep what failed %s', async (fails) => {
    const { a, b } = subject()
    const key = subject().newName()
    await a.setUseCache({ key }, useCacheText('half', { fails })).catch(() => {})
    await subject().propagated()
    for (const instance of [a, b]) expect(await instance.getUseCache({ key })).toEqual({ verdict: 'gone' })
  })

  it('never serves what is made to be used once: `expire: 0`', async () => {
    const key = subject().newName()
    await subject().a.setUseCache({ key }, useCacheText('once', { revalidate: 0, expire: 0 }))
    await sleep(10)
    expect(await subject().a.getUseCache({ key })).toEqual({ verdict: 'gone' })
  })

  it('is stale after `revalidate` and gone after `expire`, and fresh for ever without', async () => {
    const { a, b } = subject()
    const [lasting, stale, gone] = [subject().newName(), subject().newName(), subject().newName()]
    await a.setUseCache({ key: lasting }, useCacheText('lasting', { expire: Infinity, revalidate: Infinity }))
    await a.setUseCache({ key: stale }, useCacheText('stale', { revalidate: 1, expire: 3600 }))
    await a.setUseCache({ key: gone }, useCacheText('gone', { revalidate: 1, expire: 2 }))
    await sleep(2500)
    for (const instance of [a, b]) {
      expect(await instance.getUseCache({ key: lasting })).toMatchObject({ verdict: 'fresh' })
      expect(await instance.getUseCache({ key: stale })).toMatchObject({ verdict: 'stale' })
      expect(await instance.getUseCache({ key: gone })).toMatchObject({ verdict: 'gone' })
    }
  })

  it('has it after a restart', async () => {
    const key = subject().newName()
    await subject().a.setUseCache({ key }, useCacheText('kept'))
    await subject().propagated()
    const c = subject().start()
    await soon(() => c.getUseCache({ key })).toMatchObject({ verdict: 'fresh', body: Buffer.from('kept') })
  })

  it('uses no clock, no random value and no global fetch in the context of a prerender', async () => {
    const key = subject().newName()
    expect(await subject().b.usedInPrerenderOfUseCache({ key })).toEqual([])
    await subject().a.setUseCache({ key }, useCacheText('there'))
    await subject().propagated()
    expect(await subject().b.usedInPrerenderOfUseCache({ key })).toEqual([])
  })
}
