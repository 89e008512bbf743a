import { expect, it } from 'vitest'
import type { HandlerSubject } from './handler-subject.ts'
import { appPage } from './values.ts'

/**
 * Under Cache Components Next runs a handler in the async context of the prerender, where a look at the clock, a random
 * value or a `fetch` makes a static route dynamic, or fails it.
 */
export function describePrerender(subject: () => HandlerSubject): void {
  it('uses no clock, no random value and no global fetch in the context of a prerender', async () => {
    const { a, b } = subject()
    const page = subject().newPage()
    expect(await b.usedInPrerender(page)).toEqual([])
    await a.render(page, appPage('there'))
    await subject().propagated()
    expect(await b.usedInPrerender(page)).toEqual([])
  })
}
