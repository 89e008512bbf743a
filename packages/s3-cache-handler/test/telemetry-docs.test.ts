import { readFileSync } from 'node:fs'
import { parser } from '@prometheus-io/lezer-promql'
import { describe, expect, it, onTestFinished } from 'vitest'
import { LABELS } from '../src/lib/telemetry/labels.ts'
import { METRICS } from '../src/lib/telemetry/metric-table.ts'
import { prometheusName } from '../src/lib/telemetry/prometheus-name.ts'
import type { S3Operation } from '../src/lib/object-store/s3-operation.ts'
import { dollarsPerRequest } from '../src/lib/prices.ts'
import { DocsExample, examplesOf } from './docs-example.ts'
import { FOREIGN_TYPES } from './docs/foreign-types.ts'
import { evaluate, type Series } from './promql.ts'

const docs = (name: string): string => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')
const guide = docs('telemetry.md')

/** What the samples of a metric are called, and which labels they have. Prometheus itself adds where it got them from. */
const SAMPLES = new Map(
  METRICS.flatMap((metric) => {
    const name = prometheusName(metric)
    const labels: readonly string[] = [...metric.labels, 'instance']
    if (metric.kind !== 'histogram') return [[name, { metric, labels }] as const]
    return [
      [`${name}_bucket`, { metric, labels: [...labels, 'le'] }] as const,
      [`${name}_sum`, { metric, labels }] as const,
      [`${name}_count`, { metric, labels }] as const,
    ]
  }),
)

/** What a cache asks of S3; all else is what commands ask. */
const OPERATIONS: Readonly<Partial<Record<S3Operation, true>>> = {
  GetObject: true,
  HeadObject: true,
  PutObject: true,
  DeleteObject: true,
  DeleteObjects: true,
  ListObjectsV2: true,
  CreateSession: true,
}

interface Expression {
  readonly selectors: readonly { readonly name: string; readonly labels: string[] }[]
  /** By which labels results are told apart. */
  readonly groupedBy: readonly string[]
}

/** Throws for what is no PromQL. */
function parse(expression: string): Expression {
  // Grafana puts the interval in, and values into the texts.
  const text = expression.replaceAll('$__rate_interval', '5m')
  const selectors: { name: string; labels: string[] }[] = []
  const groupedBy: string[] = []
  parser.parse(text).iterate({
    enter({ type, name, from, to, node: { parent } }) {
      if (type.isError) throw new Error(`No PromQL, at ${from}: ${text}`)
      const word = text.slice(from, to)
      if (name === 'Identifier' && parent?.name === 'VectorSelector') selectors.push({ name: word, labels: [] })
      if (name !== 'LabelName') return
      if (parent?.name === 'GroupingLabels') groupedBy.push(word)
      else selectors.at(-1)?.labels.push(word)
    },
  })
  return { selectors, groupedBy }
}

/** Fails for a metric or a label that the code has not. */
function expectToExist(expression: string): Expression {
  const parsed = parse(expression)
  expect(parsed.selectors.length).toBeGreaterThan(0)
  for (const { name, labels } of parsed.selectors) {
    const known = SAMPLES.get(name)
    expect(known, `${name} in ${expression}`).toBeDefined()
    expect(known?.labels).toEqual(expect.arrayContaining([...labels, ...parsed.groupedBy]))
  }
  return parsed
}

interface Panel {
  readonly title: string
  readonly type: string
  readonly description?: string
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[]
}

interface Dashboard {
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly { readonly definition?: string }[] }
}

describe('the dashboard', () => {
  const { panels, templating } = JSON.parse(docs('grafana-dashboard.json')) as Dashboard
  const targets = panels.flatMap(({ targets = [] }) => targets)

  it('asks for metrics and labels that there are, and names series by what it groups them by', () => {
    for (const { expr, legendFormat } of targets) {
      const { groupedBy } = expectToExist(expr)
      const named = Array.from(legendFormat.matchAll(/\{\{(\w+)\}\}/g), ([, label]) => label)
      expect(groupedBy, legendFormat).toEqual(expect.arrayContaining(named))
    }
  })

  it('shows every metric', () => {
    const shown = targets.flatMap(({ expr }) =>
      parse(expr).selectors.map(({ name }) => SAMPLES.get(name)?.metric.name ?? ''),
    )
    expect([...new Set(shown)].toSorted()).toEqual(METRICS.map(({ name }) => name).toSorted())
  })

  /** What a panel shows, by the labels of each series. */
  const shownBy = (title: string, series: readonly Series[]): Readonly<Record<string, number>> => {
    const { targets: shown = [] } = panels.find((panel) => panel.title === title) ?? {}
    const results = shown.flatMap(({ expr }) => evaluate(expr, series))
    return Object.fromEntries(results.map(({ labels, value }) => [Object.values(labels).join(), value]))
  }
  const hits = (kind: string, freshness: string, value: number): Series => ({
    name: 's3_cache_hits_total',
    labels: { kind, freshness, tier: 'memory', instance: 'a' },
    value,
  })
  const misses = (kind: string, value: number): Series => ({
    name: 's3_cache_misses_total',
    labels: { kind, reason: 'absent', instance: 'a' },
    value,
  })

  it('takes no hit for one where the visitor waits, and shows a ratio before the first hit, and the first miss', () => {
    const page = [hits('page', 'fresh', 5), hits('page', 'stale', 2), hits('page', 'expired', 1), misses('page', 2)]
    const others = [misses('fetch', 1), hits('image', 'expired', 1), hits('data', 'fresh', 1)]
    expect(shownBy('Hit ratio', [...page, ...others])).toEqual({ page: 0.7, fetch: 0, image: 0, data: 1 })
    expect(shownBy('Hit ratio', [misses('fetch', 1)])).toEqual({ fetch: 0 })
  })

  it('shows that no hit was stale', () => {
    const page = [hits('page', 'fresh', 3), hits('page', 'stale', 1), hits('page', 'expired', 9)]
    expect(shownBy('Stale hits', [...page, hits('data', 'fresh', 1)])).toEqual({ page: 0.25, data: 0 })
    expect(shownBy('Stale hits', [hits('data', 'fresh', 1)])).toEqual({ data: 0 })
  })

  it('tells places apart by both of their names', () => {
    for (const { expr } of targets) {
      const { groupedBy } = parse(expr)
      if (groupedBy.includes('prefix')) expect(groupedBy).toContain('bucket')
    }
  })

  it('counts the dollars that each request costs, where an answer came', () => {
    const dollarsOf = (operation: string, status: string): number => {
      const labels = { operation, status, instance: 'a' }
      const shown = panels.find(({ title }) => title === 'Dollars an hour')?.targets ?? []
      const costs = shown.flatMap(({ expr }) => evaluate(expr, [{ name: 's3_cache_requests_total', labels, value: 1 }]))
      return costs.reduce((sum, { value }) => sum + value, 0)
    }
    for (const operation of Object.keys(OPERATIONS)) {
      expect(dollarsOf(operation, '2xx'), operation).toBeCloseTo(3600 * dollarsPerRequest(operation), 9)
      expect(dollarsOf(operation, 'none')).toBe(0)
    }
    const { description = '' } = panels.find(({ title }) => title === 'Dollars an hour') ?? {}
    const thousand = (operation: string): string => `$${Number((1000 * dollarsPerRequest(operation)).toPrecision(6))}`
    expect(description).toContain(`${thousand('GetObject')} for 1,000 reads`)
    expect(description).toContain(`${thousand('PutObject')} for 1,000 writes and listings`)
    expect(dollarsPerRequest('DeleteObject')).toBe(0)
  })

  it('offers the instances that there are', () => {
    const asked = templating.list.flatMap(({ definition }) => (definition === undefined ? [] : [definition]))
    expect(asked).toHaveLength(1)
    const [, metric = '', label = ''] = /^label_values\((\w+), (\w+)\)$/.exec(asked[0] ?? '') ?? []
    expect(SAMPLES.get(metric)?.labels).toContain(label)
  })

  it('would fail for what is no PromQL, no metric or no label', () => {
    expect(() => parse('sum by (kind) (rate(s3_cache_hits_total[5m])')).toThrow('No PromQL')
    expect(() => expectToExist('sum(rate(s3_cache_hit_total[5m]))')).toThrow('s3_cache_hit_total')
    expect(() => expectToExist('sum by (bucket) (rate(s3_cache_hits_total[5m]))')).toThrow('bucket')
    expect(() => expectToExist('s3_cache_hits_total{operation="get"}')).toThrow('operation')
  })
})

describe('the guide', () => {
  const rows = guide
    .slice(guide.indexOf('## The metrics'), guide.indexOf('## Server-Timing'))
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )

  it('has every metric as the code has it, in its order', () => {
    const code = (text: string): string => `\`${text}\``
    const expected = METRICS.map((metric) => [
      code(prometheusName(metric)),
      code(metric.name),
      `${metric.kind}, ${code(metric.unit)}`,
      metric.labels.map(code).join(', '),
      metric.help,
    ])
    expect(rows.slice(0, METRICS.length)).toEqual(expected)
  })

  it('says of every label what the code says', () => {
    expect(rows.slice(METRICS.length)).toEqual(Object.entries(LABELS).map(([name, text]) => [`\`${name}\``, text]))
  })

  it('alarms about metrics that there are', () => {
    const alarms = Array.from(guide.matchAll(/```promql\n([\s\S]*?)```/g), ([, expression = '']) => expression)
    expect(alarms.length).toBeGreaterThan(2)
    for (const alarm of alarms) {
      const { selectors } = expectToExist(alarm)
      // Of a series that begins with its first failure, increase() would see the second.
      for (const metric of selectors.map(({ name }) => SAMPLES.get(name)?.metric)) {
        if (metric?.kind === 'counter') expect(metric.begins, metric.name).not.toEqual([])
      }
    }
  })

  it('has examples with the types that they use', { timeout: 60_000 }, async () => {
    // What an app of Next's brings along.
    const compilerOptions = {
      strict: true,
      module: 'ESNext',
      moduleResolution: 'Bundler',
      types: ['node'],
      noEmit: true,
    }
    const example = new DocsExample('telemetry', {
      ...examplesOf('telemetry'),
      'foreign.d.ts': FOREIGN_TYPES,
      'tsconfig.json': JSON.stringify({
        compilerOptions: { ...compilerOptions, lib: ['ES2023', 'DOM'], skipLibCheck: true },
      }),
    })
    onTestFinished(() => example.remove())
    await example.checkTypes()
  })
})
