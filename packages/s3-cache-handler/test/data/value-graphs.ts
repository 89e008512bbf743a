import fc from 'fast-check'
import {
  aggregateErrorOf,
  arrayOf,
  errorOf,
  type Graph,
  type Make,
  mapOf,
  objectOf,
  promiseOf,
  setOf,
  sparseArrayOf,
} from './value-makers.ts'

const bytes = fc.uint8Array({ maxLength: 9 })
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('', '\ud800', '["own M",1]', '\u2028<'),
)
const name = fc.oneof(text, fc.constantFrom('constructor', 'toString', 'length', '0', '-1', 'then'))

const scalar: fc.Arbitrary<Make> = fc.oneof(
  fc
    .oneof(
      text,
      fc.double(),
      fc.integer({ min: -9, max: 9 }),
      fc.bigInt(),
      fc.boolean(),
      fc.constantFrom(null, undefined, NaN, -0, Infinity, -Infinity),
    )
    .map((value) => () => value),
  fc.date({ noInvalidDate: false }).map((date) => () => new Date(date)),
  fc.webUrl().map((url) => () => new URL(url)),
  fc.webQueryParameters().map((query) => () => new URLSearchParams(query)),
  fc.constantFrom(/a+/gi, /[/"<]\u2028/u, /(?:)/).map((pattern) => () => new RegExp(pattern)),
  fc.constantFrom<unknown>('text', 1, true, 1n).map((value) => () => Object(value) as unknown),
  bytes.map((content) => () => new Uint8Array(content)),
  bytes.map((content) => () => new Uint8Array(content).subarray(1)),
  bytes.map((content) => () => Buffer.from(content)),
  bytes.map((content) => () => new Uint8Array(content).buffer),
  bytes.map((content) => () => new DataView(new Uint8Array(content).buffer)),
  fc.float64Array({ maxLength: 3 }).map((content) => () => new Float64Array(content)),
  fc.bigInt64Array({ maxLength: 3 }).map((content) => () => new BigInt64Array(content)),
)

const { value } = fc.letrec<{ value: Make }>((tie) => {
  const inner = tie('value')
  const list = fc.array(inner, { maxLength: 4 })
  const properties = fc.array(fc.tuple(name, inner), { maxLength: 4 })
  return {
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      scalar,
      fc.nat(9).map(
        (index): Make =>
          ({ nodes }) =>
            nodes[index % nodes.length],
      ),
      list.map(arrayOf),
      fc.array(fc.tuple(fc.nat(40), inner), { maxLength: 3 }).map(sparseArrayOf),
      properties.map((entries) => objectOf(Object.prototype, entries)),
      properties.map((entries) => objectOf(null, entries)),
      list.map(setOf),
      fc.array(fc.tuple(inner, inner), { maxLength: 3 }).map(mapOf),
      fc.tuple(fc.constantFrom(Error, RangeError, TypeError), text, properties, inner).map(errorOf),
      list.map(aggregateErrorOf),
      inner.map(promiseOf),
    ),
  }
})

/** A few values that hold each other and themselves, in an array. */
export const valueGraph: fc.Arbitrary<() => unknown> = fc
  .array(value, { minLength: 1, maxLength: 4 })
  .map((makes) => () => {
    const graph: Graph = { nodes: [], fill: [] }
    for (const make of makes) graph.nodes.push(make(graph))
    for (const fill of graph.fill) fill()
    return graph.nodes
  })
