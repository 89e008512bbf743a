import { processWide } from '../src/lib/registry.ts'

/**
 * Lets go of all that the package keeps for the life of a process. Caches are opened once a process and so never closed for
 * good: a test that opens thousands would fill the memory with them.
 */
export function forgetCaches(): void {
  processWide('shutdown', () => ({ registered: [] as unknown[] })).registered.length = 0
  const kept = globalThis as unknown as Record<symbol, unknown>
  for (const symbol of Object.getOwnPropertySymbols(kept)) {
    const isOurs = /^s3-cache-handler@1\.(caches|data|tags|tag listeners|clock)\b/.test(Symbol.keyFor(symbol) ?? '')
    if (isOurs) delete kept[symbol]
  }
}
