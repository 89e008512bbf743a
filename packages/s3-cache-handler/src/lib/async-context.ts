import { AsyncLocalStorage } from 'node:async_hooks'
import { processWide } from './registry.ts'

/**
 * Runs `fn` outside the async context of the request or prerender that called us.
 *
 * Under Cache Components Next patches `Date`, `Math.random`, `crypto` and `fetch` for whatever runs in a prerender's
 * context, and a patched clock read turns a static route dynamic. The S3 client reads the clock, makes ids and signs.
 * The snapshot is the process's first: that of `config.ts`, which is loaded before any request, or else of the loading
 * of the handler, which no render has begun at.
 */
export const outside: <R>(fn: () => R) => R = processWide('outside', () => AsyncLocalStorage.snapshot())
