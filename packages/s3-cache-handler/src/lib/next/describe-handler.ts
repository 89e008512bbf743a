import { afterAll, beforeAll, describe } from 'vitest'
import { describeInvalidation } from './conformance/describe-invalidation.ts'
import { describeLifetimes } from './conformance/describe-lifetimes.ts'
import { describeOutage } from './conformance/describe-outage.ts'
import { describePrerender } from './conformance/describe-prerender.ts'
import { describeResponses } from './conformance/describe-responses.ts'
import { describeUseCacheInvalidation } from './conformance/describe-use-cache-invalidation.ts'
import { describeUseCache } from './conformance/describe-use-cache.ts'
import { HandlerSubject, type HandlerSubjectOptions, type OpenedHandlers } from './conformance/handler-subject.ts'

export type { OpenedHandlers }

export interface HandlersUnderTest extends HandlerSubjectOptions {
  /** Starts what the handlers need, such as their store. @default nothing */
  readonly open?: () => Promise<OpenedHandlers>
}

/**
 * Tests that handler modules keep to Next's contract on a fleet. Each instance is a process that loads them as Next does,
 * and what they answer is judged by the `IncrementalCache` of the Next that is installed.
 * @example
 * describeHandler('my handler', {
 *   cacheHandler: import.meta.resolve('./cache-handler.mjs'),
 *   open: async () => ({ env: { REDIS_URL: 'redis://127.0.0.1:6379' } }),
 * })
 */
export function describeHandler(name: string, { open, ...options }: HandlersUnderTest): void {
  describe(name, { timeout: 30_000 }, () => {
    let opened: HandlerSubject | undefined
    const subject = (): HandlerSubject => {
      if (opened === undefined) throw new Error('The handlers were not opened')
      return opened
    }
    beforeAll(async () => {
      opened = new HandlerSubject(options, (await open?.()) ?? {})
      await opened.warmUp()
    }, 60_000)
    afterAll(() => opened?.close(), 60_000)

    if (options.cacheHandler !== undefined) {
      describe('cacheHandler: what it stores', () => describeResponses(subject))
      describe('cacheHandler: lifetimes', () => describeLifetimes(subject))
      describe('cacheHandler: invalidation', () => describeInvalidation(subject))
      describe('cacheHandler: prerenders', () => describePrerender(subject))
    }
    if (options.useCacheHandler !== undefined) {
      describe('use cache: what it stores', () => describeUseCache(subject))
      describe('use cache: invalidation', () => describeUseCacheInvalidation(subject))
    }
    if (options.cacheHandler !== undefined) describe('an outage of the store', () => describeOutage(subject))
  })
}
