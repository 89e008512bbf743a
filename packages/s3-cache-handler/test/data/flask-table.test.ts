import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { FLASK_TABLE } from './flask-table.ts'

const OWN_NAME = 'flask-table.test.ts'
const TITLE = /\bit(?:\.\w+)?\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g

/** The titles of all tests in `flask-*.test.ts`, this one's aside. */
function titles(): string[] {
  const folder = fileURLToPath(new URL('.', import.meta.url))
  const files = readdirSync(folder).filter((name) => /^flask-.*\.test\.ts$/.test(name) && name !== OWN_NAME)
  return files.flatMap((name) =>
    Array.from(readFileSync(folder + name, 'utf8').matchAll(TITLE), ([, single, double]) => single ?? double ?? ''),
  )
}

const answered = FLASK_TABLE.filter(({ verdict }) => verdict !== 'declined')

it('has a test for every row of the table that is the same or better here', () => {
  const all = titles()
  expect(answered.filter(({ name }) => !all.some((title) => title.startsWith(`${name}: `)))).toEqual([])
  expect(answered).toHaveLength(38)
})

it('says of every row that is declined why, and tests none', () => {
  const declined = FLASK_TABLE.filter(({ verdict }) => verdict === 'declined')
  expect(declined.map(({ reason }) => reason)).toEqual(declined.map(() => expect.stringMatching(/\w+ \w+.*\.$/)))
  const all = titles()
  expect(declined.filter(({ name }) => all.some((title) => title.startsWith(name)))).toEqual([])
})

it('names each row once', () => {
  expect(new Set(FLASK_TABLE.map(({ name }) => name)).size).toBe(FLASK_TABLE.length)
})
