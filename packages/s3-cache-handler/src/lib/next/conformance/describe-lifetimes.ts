import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { HandlerSubject } from './handler-subject.ts'
import { soon } from './soon.ts'
import { appPage, data } from './values.ts'

/** That every instance judges an entry's age as the one that rendered it. */
export function describeLifetimes(subject: () => HandlerSubject): void {
  it('is fresh for its whole `revalidate` on an instance that did not render it', async () => {
    const { a, b } = subject()
    const minute = { ...subject().newPage(), revalidate: 60, expire: 3600 }
    const forever = subject().newPage()
    for (const page of [minute, forever]) {
      await a.render(page, appPage('kept'))
      await soon(() => b.get(page)).toMatchObject({ verdict: 'fresh' })
    }
    // Where the lifetime was not kept with the entry, Next assumes a second.
    await sleep(1500)
    for (const page of [minute, forever]) expect(await b.get(page)).toMatchObject({ verdict: 'fresh' })
  })

  it('is stale after `revalidate`, and still there: for one instance at least, which renders it', async () => {
    const { a, b } = subject()
    const page = { ...subject().newPage(), revalidate: 1, expire: 3600 }
    await a.render(page, appPage('old'))
    await sleep(2500)
    const found = [await b.get(page), await a.get(page)]
    for (const { value } of found) expect(value).toEqual(appPage('old'))
    expect(found.map(({ verdict }) => verdict)).toContain('stale')
    // Fresh for the moment is what a fleet may say where another instance is rendering.
    await b.render({ ...page, revalidate: 60 }, appPage('new'))
    await subject().propagated()
    await sleep(1200)
    for (const instance of [a, b]) {
      await soon(() => instance.get(page)).toEqual({ verdict: 'fresh', value: appPage('new') })
    }
  })

  it('is stale after `revalidate` for all who read data', async () => {
    const { a, b } = subject()
    const fetched = { ...subject().newData(), revalidate: 1 }
    await a.render(fetched, data('old', 1))
    await sleep(2500)
    for (const instance of [a, b]) expect(await instance.get(fetched)).toMatchObject({ verdict: 'stale' })
  })

  it('is gone after `expire`', async () => {
    const { a, b } = subject()
    const page = { ...subject().newPage(), revalidate: 1, expire: 2 }
    await a.render(page, appPage('old'))
    await sleep(3000)
    for (const instance of [a, b]) expect(await instance.get(page)).toMatchObject({ verdict: 'gone' })
  })

  it('after a render that failed keeps the old value for the short time that Next sets it again with', async () => {
    const { a } = subject()
    const page = { ...subject().newPage(), revalidate: 1, expire: 3600 }
    await a.render(page, appPage('old'))
    await sleep(1500)
    const request = a.request()
    expect(await request.get(page)).toMatchObject({ verdict: 'stale' })
    await request.setAgain({ ...page, revalidate: 3, expire: 3600 })
    expect(await a.get(page)).toEqual({ verdict: 'fresh', value: appPage('old') })
    await sleep(3500)
    expect(await a.get(page)).toEqual({ verdict: 'stale', value: appPage('old') })
  })
}
