/** So many operations of one task are on their way to the store at once. */
const CONCURRENCY = 8

/** What `map` makes of each item, in their order; a few at a time. Rejects with the first failure. */
export async function mapConcurrently<T, R>(
  items: readonly T[],
  map: (item: T) => Promise<R>,
  concurrency: number = CONCURRENCY,
): Promise<R[]> {
  const results: R[] = []
  const waiting = items.entries()
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) results[index] = await map(item)
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker))
  return results
}
