import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * Runs `fn` outside the async context of the request or prerender that called us.
 *
 * Under Cache Components Next patches `Date`, `Math.random`, `crypto` and `fetch` for whatever runs in a prerender's
 * context, and a patched clock read turns a static route dynamic. The S3 client reads the clock, makes ids and signs.
 * The snapshot is taken when this module loads, so the entry file must load it while it is itself being loaded.
 */
export const outside: <R>(fn: () => R) => R = AsyncLocalStorage.snapshot()
