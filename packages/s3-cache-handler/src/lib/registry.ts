/**
 * Next may load this package more than once in a process: as CommonJS and as a module, bundled and not. What must be
 * single lives here, on the global object, under a name that changes with the shape of what is kept.
 */
export function processWide<T>(name: string, create: () => T): T {
  const symbol = Symbol.for(`s3-cache-handler@1.${name}`)
  const store = globalThis as unknown as Record<symbol, T | undefined>
  return (store[symbol] ??= create())
}
