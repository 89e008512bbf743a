import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { HandlerSubject } from './handler-subject.ts'
import type { Target, Verdict } from './instance-calls.ts'
import { soon } from './soon.ts'
import { appPage, appRoute, data, MAX_PROFILE } from './values.ts'

/** That an invalidation on one instance is true on all: of tags, as Next hands them over. */
export function describeInvalidation(subject: () => HandlerSubject): void {
  const verdicts = async (target: Target): Promise<Verdict[]> => {
    const { a, b } = subject()
    return [(await a.get(target)).verdict, (await b.get(target)).verdict]
  }
  /** Stale will do: whether it is fresh is another matter, see describe-lifetimes.ts. */
  const isThere = async (target: Target): Promise<boolean> => !(await verdicts(target)).includes('gone')
  /** A page with these tags that both instances have. */
  const renderedPage = async (...tags: string[]): Promise<Target> => {
    const target = { ...subject().newPage(), revalidate: 3600 }
    await subject().a.render(target, appPage('old', tags))
    await soon(() => isThere(target)).toBe(true)
    return target
  }

  it('takes a page from both instances by its tag, at once where it was called', async () => {
    const { a } = subject()
    const tag = subject().newName()
    const page = await renderedPage(`other-${tag}`, tag)
    await a.invalidate([tag])
    expect(await a.get(page)).toMatchObject({ verdict: 'gone' })
    await subject().propagated()
    expect(await verdicts(page)).toEqual(['gone', 'gone'])
  })

  it('takes a route handler’s response from both', async () => {
    const { a } = subject()
    const tag = subject().newName()
    const route = subject().newPage('APP_ROUTE')
    await a.render(route, appRoute(Buffer.from('old'), [tag]))
    await soon(() => isThere(route)).toBe(true)
    await a.invalidate([tag])
    await subject().propagated()
    expect(await verdicts(route)).toEqual(['gone', 'gone'])
  })

  it('takes fetched data from both, whose tags are in the context alone', async () => {
    const { a } = subject()
    const tag = subject().newName()
    const fetched = { ...subject().newData(), tags: [tag] }
    await a.render(fetched, data('old'))
    await soon(() => isThere(fetched)).toBe(true)
    await a.invalidate([tag])
    await subject().propagated()
    expect(await verdicts(fetched)).toEqual(['gone', 'gone'])
  })

  it('takes fetched data from the path that is revalidated, which only the reader names, and from no other', async () => {
    const { a } = subject()
    const path = `_N_T_/${subject().newName()}`
    const onPath = { ...subject().newData(), softTags: [path] }
    await a.render(onPath, data('old'))
    await soon(() => isThere(onPath)).toBe(true)
    await a.invalidate([path])
    await subject().propagated()
    expect(await verdicts(onPath)).toEqual(['gone', 'gone'])
    expect(await isThere({ ...onPath, softTags: [`${path}-other`] })).toBe(true)
  })

  it('leaves alone what has other tags, or none', async () => {
    const tag = subject().newName()
    const pages = [await renderedPage(`${tag}-more`), await renderedPage()]
    await subject().a.invalidate([tag])
    await subject().propagated()
    for (const page of pages) expect(await isThere(page)).toBe(true)
  })

  it('has what was rendered after it on both', async () => {
    const tag = subject().newName()
    const page = await renderedPage(tag)
    await subject().a.invalidate([tag])
    await subject().propagated()
    await subject().b.render(page, appPage('new', [tag]))
    await subject().propagated()
    for (const instance of [subject().a, subject().b]) {
      await soon(async () => (await instance.get(page)).value).toEqual(appPage('new', [tag]))
    }
  })

  it('makes stale, and does not take away, with a profile: for one instance at least, and for all who read data', async () => {
    const { a } = subject()
    const tag = subject().newName()
    const page = await renderedPage(tag)
    const fetched = { ...subject().newData(), tags: [tag] }
    await a.render(fetched, data('old'))
    await soon(() => isThere(fetched)).toBe(true)
    await a.invalidate([tag], MAX_PROFILE)
    await subject().propagated()
    expect(await verdicts(fetched)).toEqual(['stale', 'stale'])
    // Fresh for the moment is what a fleet may say where another instance is rendering.
    const ofPage = await verdicts(page)
    expect(ofPage).toContain('stale')
    expect(ofPage).not.toContain('gone')
    await a.render(page, appPage('new', [tag]))
    for (const instance of [subject().a, subject().b]) {
      await soon(async () => (await instance.get(page)).value).toEqual(appPage('new', [tag]))
    }
  })

  it('takes away what is stale by a profile when the profile’s `expire` is over', async () => {
    const tag = subject().newName()
    const page = await renderedPage(tag)
    const over = sleep(4500)
    await subject().a.invalidate([tag], { expire: 4 })
    await subject().propagated()
    expect(await isThere(page)).toBe(true)
    await over
    expect(await verdicts(page)).toEqual(['gone', 'gone'])
  })

  it('does not bring back with a profile what is gone', async () => {
    const tag = subject().newName()
    const page = await renderedPage(tag)
    await subject().a.invalidate([tag])
    await subject().a.invalidate([tag], MAX_PROFILE)
    await subject().propagated()
    expect(await verdicts(page)).toEqual(['gone', 'gone'])
  })

  it('is not undone by a render that began before it', async () => {
    const { a, b } = subject()
    const tag = subject().newName()
    const page = { ...subject().newPage(), revalidate: 3600 }
    const [onA, onB] = [a.request(), b.request()]
    await Promise.all([onA.get(page), onB.get(page)])
    await sleep(5)
    await a.invalidate([tag])
    await onA.set(page, appPage('begun before', [tag]))
    expect(await a.get(page)).toMatchObject({ verdict: 'gone' })
    await onB.set(page, appPage('begun before', [tag]))
    await subject().propagated()
    expect(await verdicts(page)).toEqual(['gone', 'gone'])
  })

  it('is known to an instance that starts later', async () => {
    const tag = subject().newName()
    const [page, other] = [await renderedPage(tag), await renderedPage()]
    await subject().a.invalidate([tag])
    await subject().propagated()
    const c = subject().start()
    await soon(async () => (await c.get(other)).verdict).not.toBe('gone')
    expect(await c.get(page)).toMatchObject({ verdict: 'gone' })
  })

  it('takes 128 tags at once, of any alphabet', async () => {
    const name = subject().newName()
    const tags = Array.from({ length: 128 }, (_, index) => `${name}/${index}`)
    const pages = [await renderedPage(`${name}/0`), await renderedPage(`${name}/127`, 'x'), await renderedPage(...tags)]
    const odd = { ...subject().newData(), tags: [`${name} é日本😀%,;"`] }
    await subject().a.render(odd, data('old'))
    await soon(() => isThere(odd)).toBe(true)
    await subject().a.invalidate([...tags, ...odd.tags])
    await subject().propagated()
    for (const target of [...pages, odd]) expect(await verdicts(target)).toEqual(['gone', 'gone'])
  })
}
