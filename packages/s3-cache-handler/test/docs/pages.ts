import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Where the repository is; ends with "/". */
export const ROOT: string = fileURLToPath(new URL('../../../../', import.meta.url))

/** A page for users: the README or a guide. */
export interface Page {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
}

/** A block of code on a page. */
export interface Fence {
  readonly page: string
  /** Empty where none is named. */
  readonly language: string
  readonly text: string
}

const guides = readdirSync(`${ROOT}docs`).filter((name) => name.endsWith('.md'))

/** What `tools/` makes is not among them. */
export const PAGES: readonly Page[] = ['README.md', ...guides.map((name) => `docs/${name}`)].map((path) => ({
  path,
  text: readFileSync(ROOT + path, 'utf8'),
}))

const FENCE = /^( *)```(\S*)\n([^]*?)^ *```$/gm

export const fencesOf = ({ path, text }: Page): Fence[] =>
  Array.from(text.matchAll(FENCE), ([, indent = '', language = '', code = '']) => ({
    page: path,
    language,
    text: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }))

/** The blocks of all pages in any of these languages. */
export const fencesIn = (...languages: readonly string[]): Fence[] =>
  PAGES.flatMap(fencesOf).filter(({ language }) => languages.includes(language))

/** What is said, without the blocks. */
export const proseOf = ({ text }: Pick<Page, 'text'>): string => text.replaceAll(FENCE, '')

export function pageAt(path: string): Page {
  const page = PAGES.find((one) => one.path === path)
  if (page === undefined) throw new Error(`There is no page ${path}`)
  return page
}

/** The cells of each row of the tables below a heading, without the rows that only name or align columns. */
export function rowsBelow({ text }: Page, heading: string): string[][] {
  const from = text.indexOf(`\n${heading}\n`)
  if (from === -1) throw new Error(`No heading "${heading}"`)
  const section = text.slice(from + heading.length + 2).split(/^#{1,6} /m)[0] ?? ''
  const lines = section.split('\n').filter((line) => line.startsWith('|'))
  return lines
    .filter((line, index) => !isRule(line) && !isRule(lines[index + 1]))
    .map((line) =>
      line
        .slice(1, -1)
        .split(' | ')
        .map((cell) => cell.trim()),
    )
}

/** The line between the head of a table and its rows. */
const isRule = (line = ''): boolean => /^\|[-:| ]+\|$/.test(line)
