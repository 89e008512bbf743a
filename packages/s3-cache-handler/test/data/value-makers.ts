/** While a graph is built: its nodes, for references to them, and what fills them once all are there. */
export interface Graph {
  readonly nodes: unknown[]
  readonly fill: (() => void)[]
}

/** Makes one value of a graph, new each time. What it holds is made later, so that it can hold what holds it. */
export type Make = (graph: Graph) => unknown

const filled =
  <T>(create: () => T, fill: (value: T, graph: Graph) => void): Make =>
  (graph) => {
    const made = create()
    graph.fill.push(() => {
      fill(made, graph)
    })
    return made
  }

type Entries<K> = readonly (readonly [K, Make])[]

const assign = (object: object, entries: Entries<string>, graph: Graph): void =>
  void Object.assign(object, Object.fromEntries(entries.map(([property, make]) => [property, make(graph)])))

export const arrayOf = (items: readonly Make[]): Make =>
  filled(
    (): unknown[] => [],
    (array, graph) => void array.push(...items.map((make) => make(graph))),
  )

export const sparseArrayOf = (items: Entries<number>): Make =>
  filled(
    (): unknown[] => [],
    (array, graph) => {
      for (const [index, make] of items) array[index] = make(graph)
    },
  )

export const objectOf = (prototype: object | null, entries: Entries<string>): Make =>
  filled(
    () => Object.create(prototype) as object,
    (object, graph) => {
      assign(object, entries, graph)
    },
  )

export const setOf = (items: readonly Make[]): Make =>
  filled(
    () => new Set(),
    (set, graph) => {
      for (const make of items) set.add(make(graph))
    },
  )

export const mapOf = (entries: Entries<Make>): Make =>
  filled(
    () => new Map(),
    (map, graph) => {
      for (const [key, make] of entries) map.set(key(graph), make(graph))
    },
  )

export const errorOf = ([ErrorClass, message, entries, cause]: [
  ErrorConstructor,
  string,
  Entries<string>,
  Make,
]): Make =>
  filled(
    () => new ErrorClass(message, { cause: 0 }),
    (error, graph) => {
      error.cause = cause(graph)
      assign(error, entries, graph)
    },
  )

export const aggregateErrorOf = (errors: readonly Make[]): Make =>
  filled(
    () => new AggregateError([], 'many'),
    (error, graph) => void error.errors.push(...errors.map((make) => make(graph))),
  )

/** What it gives is made later, too. A Promise that gives a Promise would wait for it, perhaps for itself. */
export const promiseOf =
  (make: Make): Make =>
  (graph) =>
    new Promise((resolve) => {
      graph.fill.push(() => {
        const result = make(graph)
        resolve(result instanceof Promise ? [result] : result)
      })
    })
