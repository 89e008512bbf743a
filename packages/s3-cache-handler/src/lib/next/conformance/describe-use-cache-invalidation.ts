import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { HandlerSubject } from './handler-subject.ts'
import type { Verdict } from './instance-calls.ts'
import { soon } from './soon.ts'
import { useCacheText, MAX_PROFILE } from './values.ts'

/** That an invalidation on one instance is true of `use cache` on all. */
export function describeUseCacheInvalidation(subject: () => HandlerSubject): void {
  const verdicts = async (key: string, ...softTags: string[]): Promise<Verdict[]> => {
    const { a, b } = subject()
    return [(await a.getUseCache({ key, softTags })).verdict, (await b.getUseCache({ key, softTags })).verdict]
  }
  const made = async (...tags: string[]): Promise<string> => {
    const key = subject().newName()
    await subject().a.setUseCache({ key }, useCacheText('old', { tags }))
    await soon(() => verdicts(key)).toEqual(['fresh', 'fresh'])
    return key
  }

  it('takes a value from both instances by its tag, at once where it was called', async () => {
    const tag = subject().newName()
    const key = await made(tag)
    const other = await made(`${tag}-more`)
    await subject().a.invalidate([tag])
    expect(await subject().a.getUseCache({ key })).toEqual({ verdict: 'gone' })
    await subject().propagated()
    expect(await verdicts(key)).toEqual(['gone', 'gone'])
    expect(await verdicts(other)).toEqual(['fresh', 'fresh'])
    await subject().b.setUseCache({ key }, useCacheText('new', { tags: [tag] }))
    await soon(() => verdicts(key)).toEqual(['fresh', 'fresh'])
  })

  it('takes a value by the path that reads it, and by no other', async () => {
    const path = `_N_T_/${subject().newName()}`
    const key = await made()
    await subject().a.invalidate([path])
    await subject().propagated()
    expect(await verdicts(key, path)).toEqual(['gone', 'gone'])
    expect(await verdicts(key, `${path}-other`)).toEqual(['fresh', 'fresh'])
  })

  it('makes stale, and does not take away, with a profile', async () => {
    const tag = subject().newName()
    const key = await made(tag)
    await subject().a.invalidate([tag], MAX_PROFILE)
    await subject().propagated()
    expect(await verdicts(key)).toEqual(['stale', 'stale'])
  })

  it('does not bring back with a profile what is gone', async () => {
    const tag = subject().newName()
    const key = await made(tag)
    await subject().a.invalidate([tag])
    await subject().a.invalidate([tag], MAX_PROFILE)
    await subject().propagated()
    expect(await verdicts(key)).toEqual(['gone', 'gone'])
  })

  it('takes away what is stale by a profile when the profile’s `expire` is over', async () => {
    const tag = subject().newName()
    const key = await made(tag)
    const over = sleep(4500)
    await subject().a.invalidate([tag], { expire: 4 })
    await subject().propagated()
    expect(await verdicts(key)).toEqual(['stale', 'stale'])
    await over
    expect(await verdicts(key)).toEqual(['gone', 'gone'])
  })

  it('is not undone by a value whose making began before it', async () => {
    const { a, b } = subject()
    const tag = subject().newName()
    const [onA, onB] = [subject().newName(), subject().newName()]
    const value = useCacheText('begun before', { tags: [tag], makingMs: 400 })
    const sets = [a.setUseCache({ key: onA }, value), b.setUseCache({ key: onB }, value)]
    await sleep(200)
    await a.invalidate([tag])
    await Promise.all(sets)
    await subject().propagated()
    expect(await verdicts(onA)).toEqual(['gone', 'gone'])
    expect(await verdicts(onB)).toEqual(['gone', 'gone'])
  })

  it('is known to an instance that starts later', async () => {
    const tag = subject().newName()
    const [key, other] = [await made(tag), await made()]
    await subject().a.invalidate([tag])
    await subject().propagated()
    const c = subject().start()
    await soon(() => c.getUseCache({ key: other })).toMatchObject({ verdict: 'fresh' })
    expect(await c.getUseCache({ key })).toEqual({ verdict: 'gone' })
  })
}
