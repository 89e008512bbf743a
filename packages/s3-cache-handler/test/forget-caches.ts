import { processWide, registry } from '../src/lib/registry.ts'

/**
 * Lets go of all that the package keeps for the life of a process. Caches are opened once a process and so never closed for
 * good: a test that opens thousands would fill the memory with them.
 */
export function forgetCaches(): void {
  processWide('shutdown', () => ({ registered: [] as unknown[] })).registered.length = 0
  for (const name of registry().keys()) {
    if (/^(caches|data|tags|tag listeners|clock)\b/.test(name)) registry().delete(name)
  }
}
