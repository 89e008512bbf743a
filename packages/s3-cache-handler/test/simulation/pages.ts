import type { GetContext, SetContext } from '../../src/lib/next/next-values.ts'

/**
 * What is invalidated, and what it is made of: each tag stands for one piece of data, a counter that goes up with each
 * invalidation. So a value tells which state of the data it was made from.
 */
export type Cell = 'x' | 'y' | 'n' | 'p'
export const CELLS: readonly Cell[] = ['x', 'y', 'n', 'p']

export type TagName = 'x' | 'y' | '_N_T_/n' | '_N_T_/p'
export const TAGS: Readonly<Record<TagName, Cell>> = { x: 'x', y: 'y', '_N_T_/n': 'n', '_N_T_/p': 'p' }

export type PageName = 'A' | 'B' | 'N' | 'P' | 'F' | 'C'

export interface Page {
  readonly name: PageName
  readonly key: string
  readonly cells: readonly Cell[]
  readonly get: GetContext
  readonly set: SetContext
  /** As Next writes them into the value; data has its tags in the context. */
  readonly headers?: Readonly<Record<string, string>>
  /** Data that it is rendered from. */
  readonly data?: PageName
}

const routeKey = (kind: string, path: string): string => `/route-cache/${kind}/${'0'.repeat(64)}/$${path}`

function appPage(name: PageName, path: string, cells: readonly Cell[], tags: string): Page {
  const kind = { kind: 'APP_PAGE' } as const
  return { name, key: routeKey('APP_PAGE', path), cells, get: kind, set: kind, headers: { 'x-next-cache-tags': tags } }
}

export const PAGES: Readonly<Record<PageName, Page>> = {
  A: appPage('A', '/a', ['x'], 'x'),
  B: appPage('B', '/b', ['x', 'y'], 'x,y'),
  /** Rendered from F, so that it carries F's tag. */
  N: { ...appPage('N', '/n', ['y', 'n'], '_N_T_/layout,_N_T_/n,y'), data: 'F' },
  /** Of the Pages Router: carries no tags, and is rendered on demand. */
  P: {
    name: 'P',
    key: routeKey('PAGES', '/p'),
    cells: ['p'],
    get: { kind: 'PAGES' },
    set: { kind: 'PAGES' },
  },
  /** Fetched data, with a tag of its own and those of the path that reads it. */
  F: {
    name: 'F',
    key: 'f'.repeat(64),
    cells: ['y', 'n'],
    get: { kind: 'FETCH', revalidate: 4_294_967_294, tags: ['y'], softTags: ['_N_T_/layout', '_N_T_/n'] },
    set: { fetchCache: true, tags: ['y'] },
  },
  /** Nobody invalidates it. */
  C: appPage('C', '/c', [], 'control'),
}
