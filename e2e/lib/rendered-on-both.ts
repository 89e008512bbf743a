import { expect } from '@playwright/test'
import type { Fleet } from './fleet.ts'
import { renderOn } from './render-on.ts'
import type { Visit } from './visit.ts'

/** Renders a page on A, and lets B take it over: both have it from then on. */
export async function renderedOnBoth(
  { a, b, bucket }: Pick<Fleet, 'a' | 'b' | 'bucket'>,
  path: string,
): Promise<Visit> {
  const first = await renderOn(a, path, bucket)
  const { status, hits } = first
  expect(first).toMatchObject({ status: 200, hits: 1 })
  for (const instance of [b, a]) expect(await instance.visit(path)).toMatchObject({ status, hits, ...asHit(first) })
  return first
}

/** An entry that nothing has touched is what both instances have of it, and nobody has asked for it anew. */
export async function expectUntouched({ a, b, origin }: Fleet, path: string): Promise<void> {
  for (const instance of [a, b]) {
    const answer = await instance.visit(path)
    expect(answer, `control on ${instance.name}`).toMatchObject({ status: 200, hits: 1, ...asHit(answer) })
  }
  expect(origin.hits(path.slice(1))).toBe(1)
}

/** A page that is dynamic, with a cached part, has no `x-nextjs-cache`. */
const asHit = ({ cache }: Visit): { cache?: string } => (cache === null ? {} : { cache: 'HIT' })
