import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, it } from 'vitest'
import { fencesOf, type Page, PAGES, proseOf, ROOT } from './pages.ts'
import { isKnownVariable } from './variables.ts'

/** Those that the other tests of this folder look at, each in its way; `promql` is for that of the telemetry. */
const CHECKED = [
  'console',
  'diff',
  'dockerfile',
  'dotenv',
  'gitignore',
  'hcl',
  'js',
  'json',
  'log',
  'promql',
  'sh',
  'toml',
  'ts',
  'tsx',
  'yaml',
]

it('has no block of code in a language that nothing checks', () => {
  const blocks = PAGES.flatMap(fencesOf)
  expect(blocks.filter(({ language }) => language !== '' && !CHECKED.includes(language))).toEqual([])
  expect(blocks.length).toBeGreaterThan(60)
})

it('links to files and headings that exist', () => {
  const links = PAGES.flatMap((page) => linksOf(page).map((link) => ({ page, link })))
  expect(links.length).toBeGreaterThan(100)
  expect(links.flatMap(({ page, link }) => brokenBy(page, link))).toEqual([])
})

it('leads from the index to every guide', () => {
  const index = PAGES.find(({ path }) => path === 'docs/README.md') ?? expect.fail('no index')
  const guides = PAGES.filter(({ path }) => path.startsWith('docs/') && path !== index.path)
  const linked = linksOf(index).map((link) => `docs/${link.split('#')[0]}`)
  expect(guides.map(({ path }) => path).filter((path) => !linked.includes(path))).toEqual([])
})

it('names no variable that nobody reads', () => {
  const named = PAGES.flatMap(({ path, text }) =>
    Array.from(text.matchAll(/\bCACHE_[A-Z][A-Z\d_]*[A-Z\d]\b/g), ([name]) => ({ path, name })),
  )
  expect(named.length).toBeGreaterThan(100)
  expect(named.filter(({ name }) => !isKnownVariable(name))).toEqual([])
})

/** What links of a page lead to in the repository. */
const linksOf = (page: Page): string[] =>
  Array.from(proseOf(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g), ([, link = '']) => link)

function brokenBy({ path, text }: Page, link: string): string[] {
  const [file = '', anchor] = link.split('#')
  const target = file === '' ? path : relative(ROOT, join(ROOT, dirname(path), file))
  if (!existsSync(ROOT + target)) return [`${path}: ${link}: no such file`]
  if (anchor === undefined) return []
  if (statSync(ROOT + target).isDirectory()) return [`${path}: ${link}: a folder has no headings`]
  const anchors = anchorsOf(file === '' ? text : readFileSync(ROOT + target, 'utf8'))
  return anchors.includes(anchor) ? [] : [`${path}: ${link}: no such heading`]
}

/** As GitHub names headings, the second of the same name with a number. */
function anchorsOf(text: string): string[] {
  const slugs = Array.from(proseOf({ text }).matchAll(/^#{1,6} (.+)$/gm), ([, heading = '']) => slugOf(heading))
  return slugs.map((slug, index) => {
    const before = slugs.slice(0, index).filter((other) => other === slug).length
    return before === 0 ? slug : `${slug}-${before}`
  })
}

const slugOf = (heading: string): string =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
    .replaceAll(' ', '-')
