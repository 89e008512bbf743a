import { parser } from '@prometheus-io/lezer-promql'

type SyntaxNode = ReturnType<typeof parser.parse>['topNode']

/** A series now. What is counted is given as its rate, a second. */
export interface Series {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

type Vector = readonly Omit<Series, 'name'>[]
type Value = number | Vector

/**
 * What an expression comes to, by the part of PromQL that our own expressions use: https://prometheus.io/docs/prometheus/latest/querying/
 * Throws for all else. A rate, and the least of a time, are what the series is.
 */
export function evaluate(expression: string, series: readonly Series[]): Vector {
  // Grafana puts them in.
  const text = expression.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*')
  const value = valueOf(parser.parse(text).topNode, { text, series })
  return typeof value === 'number' ? [{ labels: {}, value }] : value
}

interface Query {
  readonly text: string
  readonly series: readonly Series[]
}

function valueOf(node: SyntaxNode, query: Query): Value {
  const inner = childOf(node)
  switch (node.name) {
    case 'NumberDurationLiteral':
      return Number(textOf(node, query))
    case 'PromQL':
    case 'ParenExpr':
    case 'MatrixSelector':
    case 'FunctionCallBody':
      return valueOf(inner, query)
    case 'FunctionCall':
      if (!['rate', 'increase', 'min_over_time'].includes(textOf(inner, query))) break
      return valueOf(lastOf(node), query)
    case 'VectorSelector':
      return select(node, query)
    case 'AggregateExpr':
      return aggregate(node, query)
    case 'BinaryExpr':
      return combine(textOf(node.getChild('Or') ?? inner.nextSibling, query), [
        valueOf(inner, query),
        valueOf(lastOf(node), query),
      ])
    default:
  }
  throw new Error(`Not evaluated here: ${node.name} ${textOf(node, query)}`)
}

const textOf = (node: SyntaxNode | null, { text }: Query): string =>
  node === null ? '' : text.slice(node.from, node.to)

function childOf(node: SyntaxNode): SyntaxNode {
  return node.firstChild ?? node
}

function lastOf(node: SyntaxNode): SyntaxNode {
  return node.lastChild ?? node
}

function select(node: SyntaxNode, query: Query): Vector {
  const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []
  const name = textOf(node.getChild('Identifier'), query)
  return query.series.filter((one) => one.name === name && matchers.every((matcher) => isMatch(matcher, one, query)))
}

function isMatch(matcher: SyntaxNode, { labels }: Series, query: Query): boolean {
  const value = labels[textOf(matcher.getChild('LabelName'), query)] ?? ''
  const wanted = textOf(matcher.getChild('StringLiteral'), query).slice(1, -1)
  const operator = textOf(matcher.getChild('MatchOp'), query)
  const isSame = operator.endsWith('~') ? new RegExp(`^(?:${wanted})$`).test(value) : value === wanted
  return operator.startsWith('!') ? !isSame : isSame
}

function aggregate(node: SyntaxNode, query: Query): Vector {
  const operands = valueOf(lastOf(node), query)
  if (typeof operands === 'number') throw new Error('A number is no series')
  const names = node.getChild('AggregateModifier')?.getChild('GroupingLabels')?.getChildren('LabelName') ?? []
  const add = AGGREGATIONS[textOf(node.getChild('AggregateOp'), query)]
  if (add === undefined) throw new Error(`Not evaluated here: ${textOf(node, query)}`)
  const groups = new Map<string, Omit<Series, 'name'>>()
  for (const { labels, value } of operands) {
    const kept = Object.fromEntries(
      names.map((name) => [textOf(name, query), labels[textOf(name, query)] ?? ''] as const),
    )
    const sum = groups.get(idOf(kept))?.value
    groups.set(idOf(kept), { labels: kept, value: sum === undefined ? value : add(sum, value) })
  }
  return [...groups.values()]
}

const AGGREGATIONS: Readonly<Record<string, (one: number, other: number) => number>> = {
  sum: (one, other) => one + other,
  max: Math.max,
}

function combine(operator: string, [left, right]: readonly [Value, Value]): Value {
  if (operator === 'or') {
    const [one, other] = [seriesOf(left), seriesOf(right)]
    const present = new Set(one.map(({ labels }) => idOf(labels)))
    return [...one, ...other.filter(({ labels }) => !present.has(idOf(labels)))]
  }
  const compute = OPERATIONS[operator]
  if (compute === undefined) throw new Error(`Not evaluated here: ${operator}`)
  if (typeof left === 'number' && typeof right === 'number') return compute(left, right)
  if (typeof left === 'number') {
    return seriesOf(right).map(({ labels, value }) => ({ labels, value: compute(left, value) }))
  }
  if (typeof right === 'number') return left.map(({ labels, value }) => ({ labels, value: compute(value, right) }))
  return left.flatMap(({ labels, value }) => {
    const same = right.find((one) => idOf(one.labels) === idOf(labels))
    return same === undefined ? [] : [{ labels, value: compute(value, same.value) }]
  })
}

const OPERATIONS: Readonly<Record<string, (one: number, other: number) => number>> = {
  '+': (one, other) => one + other,
  '*': (one, other) => one * other,
  '/': (one, other) => one / other,
}

function seriesOf(value: Value): Vector {
  if (typeof value === 'number') throw new Error('A number is no series')
  return value
}

const idOf = (labels: Series['labels']): string =>
  JSON.stringify(Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1)))
