import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DATA_OPTION_TABLE, resolveDataOptions } from '../data/data-options.ts'
import { OPTION_TABLE } from './option-table.ts'
import { resolveOptions } from './resolve-options.ts'

const readme = readFileSync(new URL('../../../../../README.md', import.meta.url), 'utf8')

/** The rows of a table of the README: the codes in each of the first three cells. */
const rowsBetween = (start: string, end: string): (string | undefined)[][][] =>
  readme
    .slice(readme.indexOf(start), readme.indexOf(end))
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, 4)
        .map((cell) => Array.from(cell.matchAll(/`([^`]*)`/g), ([, code]) => code)),
    )

const rows = rowsBetween('## Options', '## What it guarantees')
const documented = rows.filter(([name]) => !['logger', 'onEvent'].includes(name?.[0] ?? ''))

it('documents every option once, in the order of the code', () => {
  expect(documented.map(([name]) => name?.[0])).toEqual(Object.keys(OPTION_TABLE))
})

it('names every environment variable', () => {
  expect(documented.map(([, env]) => env)).toEqual(
    Object.values(OPTION_TABLE).map(({ env, ambientEnv = [] }) => [env, ...ambientEnv]),
  )
})

it('states the defaults that the code has', () => {
  const resolved = Object.values(resolveOptions({ env: {} }))
  const stated = documented.map(([name, , value]) =>
    // Its default depends on the endpoint, which the row says in words.
    name?.[0] === 'forcePathStyle' ? false : value?.[0] === undefined ? undefined : (JSON.parse(value[0]) as unknown),
  )
  expect(stated).toEqual(resolved)
})

describe('the data cache', () => {
  const dataRows = rowsBetween('## The data cache', '### From Flask-Caching')

  it('documents every option once', () => {
    const others = ['defaults', 'store', 'hashKey', 'codec', 'types']
    expect(dataRows.flatMap(([names]) => names)).toEqual([...Object.keys(DATA_OPTION_TABLE), ...others])
  })

  it('states the environment variables and the defaults that the code has', () => {
    const { data } = resolveDataOptions({}, {})
    const stated = dataRows.slice(0, 3).map(([, env, value]) => [env?.[0], JSON.parse(value?.[0] ?? '') as unknown])
    const { memoryCheckMs, purgeExpiredOnRead, failOpen } = DATA_OPTION_TABLE
    expect(stated).toEqual([
      [memoryCheckMs.env, data.memoryCheckMs],
      [purgeExpiredOnRead.env, data.purgeExpiredOnRead],
      [failOpen.env, data.failOpen],
    ])
  })
})
