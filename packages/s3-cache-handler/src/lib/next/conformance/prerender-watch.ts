import { AsyncLocalStorage } from 'node:async_hooks'
import { createRequire, syncBuiltinESMExports } from 'node:module'

/** Holds what the prerender under way has used. */
const prerender = new AsyncLocalStorage<Set<string>>()

/**
 * Notes what a prerender uses of what Next forbids there under Cache Components: as Next does it, by replacing globals,
 * and going by the async context (`next/dist/server/node-environment-extensions`).
 */
export function watchPrerenders(): void {
  const crypto = createRequire(import.meta.url)('node:crypto') as object
  for (const name of ['randomUUID', 'randomBytes', 'randomInt', 'getRandomValues']) watch(crypto, name, 'crypto.')
  for (const name of ['randomUUID', 'getRandomValues']) watch(globalThis.crypto, name, 'crypto.')
  watch(Math, 'random', 'Math.')
  watch(Date, 'now', 'Date.')
  watch(globalThis, 'fetch', '')
  globalThis.Date = new Proxy(Date, {
    construct(target, args: [], newTarget) {
      if (args.length === 0) prerender.getStore()?.add('new Date()')
      return Reflect.construct(target, args, newTarget) as Date
    },
  })
  syncBuiltinESMExports()
}

function watch(owner: object, name: string, prefix: string): void {
  const original = Reflect.get(owner, name) as (...args: unknown[]) => unknown
  Reflect.set(owner, name, function watched(this: unknown, ...args: unknown[]): unknown {
    prerender.getStore()?.add(`${prefix}${name}()`)
    return Reflect.apply(original, this === undefined ? undefined : owner, args)
  })
}

/** What a call used, in the order of first use. */
export async function usedInPrerender(call: () => Promise<unknown>): Promise<readonly string[]> {
  const used = new Set<string>()
  await prerender.run(used, call)
  return [...used]
}
