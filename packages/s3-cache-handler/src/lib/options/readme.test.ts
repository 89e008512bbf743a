import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { OPTION_TABLE } from './option-table.ts'
import { resolveOptions } from './resolve-options.ts'

const readme = readFileSync(new URL('../../../../../README.md', import.meta.url), 'utf8')

/** The rows of the README's option table: the codes in each of the first three cells. */
const rows = readme
  .slice(readme.indexOf('## Options'), readme.indexOf('## What it guarantees'))
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split('|')
      .slice(1, 4)
      .map((cell) => Array.from(cell.matchAll(/`([^`]*)`/g), ([, code]) => code)),
  )
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
