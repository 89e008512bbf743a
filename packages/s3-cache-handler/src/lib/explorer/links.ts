/** What the explorer shows, by the parameter `view`. */
export type ViewName = 'entries' | 'entry' | 'preview' | 'tags' | 'tag' | 'instance' | 'confirm'

/**
 * A link that holds wherever the explorer is mounted, because it is but a query: a base path, a proxy that cuts one, and a
 * slash at the end make no difference.
 */
export function linkTo(view: ViewName, params: Readonly<Record<string, string | undefined>> = {}): string {
  const query = new URLSearchParams({ view })
  for (const [name, value] of Object.entries(params)) if (value !== undefined) query.set(name, value)
  return `?${query.toString()}`
}
