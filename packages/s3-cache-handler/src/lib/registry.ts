/** Changes with the shape of what is kept. */
const REGISTRY = Symbol.for('s3-cache-handler@1')

/**
 * Next may load this package more than once in a process: as CommonJS and as a module, bundled and not. What must be
 * single lives here, in one Map on the global object.
 */
export function processWide<T>(name: string, create: () => T): T {
  const all = registry()
  if (!all.has(name)) all.set(name, create())
  return all.get(name) as T
}

/** All that is kept, by name. */
export function registry(): Map<string, unknown> {
  const holder = globalThis as unknown as Record<symbol, Map<string, unknown> | undefined>
  return (holder[REGISTRY] ??= new Map())
}
