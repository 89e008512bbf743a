/** Sets an item of a map that holds so many at most: the one that was set first makes room. */
export function boundedSet<K, V>(map: Map<K, V>, key: K, value: V, max: number): void {
  const [oldest] = map.keys()
  if (map.size >= max && !map.has(key) && oldest !== undefined) map.delete(oldest)
  map.set(key, value)
}
