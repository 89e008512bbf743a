import { createHash } from 'node:crypto'
import { expect } from '@playwright/test'
import type { Answer } from './ask-all.ts'

type Page = Pick<Answer, 'path' | 'body'>

/** Tells whether pages are what they should be, with every byte: compared with what their routes make otherwise. */
export class Judge {
  readonly #shapes: Map<string, string>
  readonly #statuses = new Set<number>()
  readonly #wrong: string[] = []
  answers = 0
  hits = 0

  constructor(shapes: Map<string, string> = new Map()) {
    this.#shapes = shapes
  }

  /** One that knows the same routes, and has judged nothing yet. */
  another(): Judge {
    return new Judge(this.#shapes)
  }

  get wrong(): number {
    return this.#wrong.length
  }

  /** Takes a page for an example of its route. */
  learn(page: Page): void {
    this.#shapes.set(routeOf(page), shapeOf(page))
  }

  add({ status, cache, ...page }: Page & Pick<Answer, 'status' | 'cache'>): void {
    this.answers++
    if (cache === 'HIT') this.hits++
    this.#statuses.add(status)
    const isRight = isLarge(page)
      ? isWhole(page)
      : shapeOf(page) === this.#shapes.get(routeOf(page)) && rendersIn(page).size === 1
    if (!isRight) this.#wrong.push(`${page.path}: ${page.body.toString().slice(0, 2000)}`)
  }

  /** Every page was answered, and right but for so many of them. */
  expectRight(maxWrong = 0): void {
    expect([...this.#statuses]).toEqual([200])
    expect(this.wrong, this.#wrong.slice(0, 3).join('\n')).toBeLessThanOrEqual(maxWrong)
  }
}

const routeOf = ({ path }: Page): string => path.split('/')[1] ?? ''

/** Bytes with their digest at the end. */
const isLarge = ({ path }: Page): boolean => path.startsWith('/bytes/large-')

const isWhole = ({ body }: Page): boolean =>
  createHash('sha256').update(body.subarray(0, -32)).digest().equals(body.subarray(-32))

const RENDER = /[\da-f]{8}-[\da-f]{4}-[\da-f-]{22}/g

/** A page that is made of two has those of two. */
const rendersIn = ({ body }: Page): Set<string> => new Set(body.toString().match(RENDER))

/** What is the same in all renders of a route. */
function shapeOf({ path, body }: Page): string {
  const slug = path.split('/').at(-1) ?? path
  return (
    body
      .toString()
      .replaceAll(slug, 'SLUG')
      .replaceAll(RENDER, 'RENDER')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
      .replaceAll(/(hits|data) \d+/g, '$1 N')
      // Where the payload is cut depends on when it came.
      .replaceAll('"])</script><script>self.__next_f.push([1,"', '')
  )
}
