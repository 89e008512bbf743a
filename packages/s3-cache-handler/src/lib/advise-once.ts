import { processWide } from './registry.ts'

/** A warning of the process, as Node's own are: once, whoever has cause for it. */
export function adviseOnce(code: `S3_CACHE_${string}`, message: string): void {
  const given = processWide('advice', () => new Set<string>())
  if (given.has(code)) return
  given.add(code)
  process.emitWarning(message, { type: 'S3CacheWarning', code })
}
