import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { skipFor } from '../../object-store/conformance/subject.ts'
import type { HandlerSubject } from './handler-subject.ts'
import { soon } from './soon.ts'
import { appPage } from './values.ts'

/** Next has no timeout of its own: a request waits as long as its handler does. */
const LIMIT_MS = 10_000
const RECOVERY_MS = 60_000

/** That an outage of the store costs no page, and no invalidation. */
export function describeOutage(subject: () => HandlerSubject): void {
  it('answers without its store, and does what it was told once it is back', { timeout: 120_000 }, async (context) => {
    const { outage } = subject().opened
    if (outage === undefined) skipFor(context, 'no outage was given')
    const { a, b } = subject()
    const tag = subject().newName()
    const page = { ...subject().newPage(), revalidate: 3600 }
    await a.render(page, appPage('old', [tag]))
    await soon(async () => (await b.get(page)).verdict).not.toBe('gone')

    const late = subject().newPage()
    await outage.begin()
    try {
      await within('get', a.get(subject().newPage()))
      await within('a render', a.render(late, appPage('late')))
      await within('revalidateTag', a.invalidate([tag]))
      expect(await within('get', a.get(page))).toMatchObject({ verdict: 'gone' })
    } finally {
      await outage.end()
    }
    await expect.poll(() => b.get(page), { timeout: RECOVERY_MS, interval: 500 }).toMatchObject({ verdict: 'gone' })
    const after = subject().newPage()
    const again = async () => {
      await a.render(after, appPage('after'))
      await subject().propagated()
      return (await b.get(after)).value
    }
    await expect.poll(again, { timeout: RECOVERY_MS, interval: 500 }).toEqual(appPage('after'))
  })
}

async function within<T>(call: string, result: Promise<T>): Promise<T> {
  const tooLong = sleep(LIMIT_MS, undefined, { ref: false }).then(() => {
    throw new Error(`${call} took more than ${LIMIT_MS} ms without the store`)
  })
  return await Promise.race([result, tooLong])
}
