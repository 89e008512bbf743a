import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { messageOf } from '../../src/lib/errors.ts'
import { toObjectStoreError } from '../../src/lib/object-store/s3-errors.ts'
import { missingBucket, resolveOptions } from '../../src/lib/options/resolve-options.ts'
import { FLASK_TABLE } from '../data/flask-table.ts'
import { linesOfTheExplorer, loggedLines, refusal } from './log-lines.ts'
import { fencesOf, pageAt, PAGES, ROOT, rowsBelow } from './pages.ts'

const sources = `${ROOT}packages/s3-cache-handler/src/`
const source = (file: string): string => readFileSync(sources + file, 'utf8')
const codesIn = (text: string): string[] => Array.from(text.matchAll(/`([^`]+)`/g), ([, code = '']) => code)

describe('error codes', () => {
  const union = /type S3CacheErrorCode =([^]*?)\n\n/.exec(source('lib/errors.ts'))?.[1] ?? ''
  const codes = Array.from(union.matchAll(/'(ERR_\w+)'/g), ([, code = '']) => code)

  it('are all explained, each once', () => {
    const explained = rowsBelow(pageAt('docs/troubleshooting.md'), '## An error has the code …').map(([cell]) => cell)
    expect(codes.length).toBeGreaterThan(15)
    expect(explained).toHaveLength(codes.length)
    expect(new Set(explained)).toEqual(new Set(codes.map((code) => `\`${code}\``)))
  })

  it('are named only where they exist', () => {
    // `ERR_OBJECT_STORE_…` stands for several, and the other one is Node's.
    const known = [...codes, 'ERR_OBJECT_STORE_', 'ERR_REQUIRE_ESM']
    const named = PAGES.flatMap(({ path, text }) =>
      Array.from(text.matchAll(/\bERR_[A-Z_]+/g), ([code]) => ({ path, code })),
    )
    expect(named.filter(({ code }) => !known.includes(code))).toEqual([])
  })
})

describe('lines of the log', () => {
  const quoted = rowsBelow(pageAt('docs/troubleshooting.md'), '## The log says …').flatMap(([cell = '']) =>
    codesIn(cell),
  )
  /** Those that no event makes: they stand in the sources as they are. */
  const literal = [
    'index.ts',
    'config.ts',
    'lib/next/next-environment.ts',
    'lib/explorer/answer.ts',
    'lib/explorer/actions.ts',
    'lib/cli/serve-explorer.ts',
  ].map(source)

  it('are what is logged', async () => {
    const logged = await loggedLines()
    const isLogged = (line: string): boolean =>
      logged.some((one) => pattern(line).test(one)) ||
      literal.some((text) => line.split('…').every((part) => text.includes(part)))
    expect(quoted.length).toBeGreaterThan(25)
    expect(quoted.filter((line) => !isLogged(line))).toEqual([])
  })

  it('are all explained', async () => {
    const logged = [...(await loggedLines()), ...literal.flatMap(linesOfTheExplorer)]
    expect(logged.filter((one) => !quoted.some((line) => pattern(line).test(one)))).toEqual([])
  })

  it('has the warnings of the process beside them, each once', () => {
    const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    const shipped = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    const codes = shipped.flatMap((file) =>
      Array.from(source(file).matchAll(/adviseOnce\('(\w+)'/g), ([, code = '']) => code),
    )
    const explained = rowsBelow(pageAt('docs/troubleshooting.md'), '## Node warns of …').map(([cell]) => cell)
    expect(codes.length).toBeGreaterThan(0)
    expect(explained).toHaveLength(codes.length)
    expect(new Set(explained)).toEqual(new Set(codes.map((code) => `\`${code}\``)))
  })

  it('and messages that are shown whole are so', async () => {
    const denied = toObjectStoreError(refusal('AccessDenied', 403), 'get', 'shop/v1/tags/bell')
    const wrong = (): unknown => resolveOptions({ env: { CACHE_TIMEOUT_MS: 'abc' } })
    const messages = [denied.message, missingBucket().message, messageThrownBy(wrong)]
    const shown = PAGES.flatMap(fencesOf).filter(({ language }) => language === 'log')
    expect(shown.length).toBeGreaterThan(0)
    expect(new Set(shown.flatMap(({ text }) => text.trimEnd().split('\n')))).toEqual(new Set(messages))
  })
})

/** A line in which `…` stands for anything. */
const pattern = (line: string): RegExp =>
  new RegExp(
    `^${line
      .split('…')
      .map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`))
      .join('.*')}$`,
  )

function messageThrownBy(call: () => unknown): string {
  try {
    call()
  } catch (thrown) {
    return messageOf(thrown)
  }
  return expect.fail('nothing was thrown')
}

describe('the guide for who comes from Flask-Caching', () => {
  it('has every row of the table that tests are named after, and no other', () => {
    const rows = rowsBelow(pageAt('docs/migrating.md'), '## From Flask-Caching').filter(
      ([, answer]) => answer !== 'here',
    )
    const names = rows.map(([name]) => name)
    expect(names.slice(-FLASK_TABLE.length)).toEqual(FLASK_TABLE.map(({ name }) => name))
    const declined = rows.filter(([, answer]) => answer?.startsWith('declined')).map(([name]) => name)
    expect(declined).toEqual(FLASK_TABLE.filter(({ verdict }) => verdict === 'declined').map(({ name }) => name))
  })
})

describe('costs', () => {
  const costs = pageAt('docs/costs.md')
  const MONTH_SECONDS = 2_592_000
  const number = (text = ''): number => Number(text.replaceAll(/[^\d.]/g, ''))
  const [standard, , r2] = rowsBelow(costs, '## Prices').map(([, write, read, gigabyte]) => ({
    write: number(write) / 1000,
    read: number(read) / 1000,
    gigabyte: number(gigabyte),
  }))

  interface Traffic {
    readonly seconds: number
    readonly instances: number
    /** Pages that were rendered because they were stale. */
    readonly renders: number
    readonly invalidations: number
    /** Pages that invalidations took. */
    readonly taken: number
    readonly beats: number
  }

  /** The page's formulas. */
  function requestsOf({ seconds, instances, renders, invalidations, taken, beats }: Traffic): {
    writes: number
    reads: number
  } {
    const puts = 2 * renders + 2 * invalidations + taken + beats
    const lists = invalidations * (1 + instances)
    const looks = instances * seconds
    const reads = looks + renders * (instances + 1) + invalidations * 2 * instances + taken * instances
    return { writes: puts + lists, reads }
  }

  it('are what the formulas give', () => {
    const rows = rowsBelow(costs, '## A table to start from')
    expect(rows.length).toBeGreaterThan(3)
    for (const row of rows) {
      const [instances = 0, pages = 0, revalidate = 1] = row.map(number)
      const [perDay = 0, each = 0] = (row[3] ?? '').split(', ').map(number)
      const gigabytes = number(row[4])
      const invalidations = 30 * perDay
      const { writes, reads } = requestsOf({
        seconds: MONTH_SECONDS,
        instances,
        renders: (pages * MONTH_SECONDS) / revalidate,
        invalidations,
        taken: invalidations * each,
        beats: 720 * instances,
      })
      const dollars = [standard, r2].map((price = { write: NaN, read: NaN, gigabyte: NaN }) =>
        (writes * price.write + reads * price.read + gigabytes * price.gigabyte).toFixed(2),
      )
      const stated = [row[5], row[6]].map(number)
      expect([...stated, row[7], row[8]]).toEqual([writes, reads, ...dollars.map((sum) => `$${sum}`)])
    }
  })

  // Of each Node that the benches ran on.
  const results = readFileSync(`${ROOT}benches/results.md`, 'utf8').split('\n## ')
  const counted = results.filter((section) => section.startsWith('Cost: '))

  it.each(counted)('are within five per cent of what was counted, at the same prices', (section) => {
    const instances = number(/(\d+) instances/.exec(section)?.[1])
    const seconds = 1e6 / number(/(\d+) views a second/.exec(section)?.[1])
    const rows = section
      .split('\n')
      .filter((line) => /^\| .*\$\d/.test(line))
      .map((line) => line.split('|').slice(1, -1))
    expect(rows).toHaveLength(3)
    for (const row of rows) {
      const [, rendered = 0, invalidations = 0] = row.map(number)
      const isTaken = invalidations > 0
      const { writes, reads } = requestsOf({
        seconds,
        instances,
        renders: isTaken ? 0 : rendered,
        invalidations,
        taken: isTaken ? rendered : 0,
        beats: 0,
      })
      const dollars = writes * (standard?.write ?? NaN) + reads * (standard?.read ?? NaN)
      expect(Math.abs(dollars / number(row[7]) - 1), row[0]).toBeLessThan(0.05)
    }
  })

  it('are told as they were counted', () => {
    expect(counted.length).toBeGreaterThan(0)
    const sums = Array.from(counted[0]?.matchAll(/\$0\.\d{3} \|/g) ?? [], ([sum]) => sum.slice(0, -2))
    expect(sums).toHaveLength(3)
    for (const sum of sums) expect(costs.text).toContain(sum)
  })
})
