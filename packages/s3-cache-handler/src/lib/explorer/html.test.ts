import { parseFragment } from 'parse5'
import { expect, it } from 'vitest'
import { html } from './html.ts'

const HOSTILE = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>&amp;`

it('escapes what stands between tags and in attributes, whatever it is', () => {
  const { childNodes } = parseFragment(html`<a title="${HOSTILE}">${HOSTILE}</a>`.toString())
  expect(childNodes).toMatchObject([
    { tagName: 'a', attrs: [{ name: 'title', value: HOSTILE }], childNodes: [{ nodeName: '#text', value: HOSTILE }] },
  ])
})

it('takes markup as it is, and lists of it, and nothing', () => {
  const items = ['<', 2].map((item) => html`<li>${item}</li>`)
  expect(html`${items}${undefined}${false}${[]}`.toString()).toBe('<li>&lt;</li><li>2</li>')
})

it('takes nothing for markup that only looks like it', () => {
  const fake = { toString: () => '<b>' } as unknown as string
  expect(html`${[fake]}`.toString()).not.toContain('<b>')
})
