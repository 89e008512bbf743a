import { expect, it } from 'vitest'
import { withoutNode, withSection } from './sections.mjs'

const RESULTS = `# Results

By the benches.

## Codec, Node 20

Of twenty.

## Codec, Node 24

Of twenty-four.

## Objects, Node 20

Of twenty.
`

it('puts a section in the place of its last one, and no other', () => {
  expect(withSection(RESULTS, 'Codec, Node 24', 'Anew.')).toBe(RESULTS.replace('Of twenty-four.', 'Anew.'))
})

it('puts a first section where its heading belongs', () => {
  const text = withSection(RESULTS, 'Memory, Node 20', 'Little.')
  expect(text.match(/^## .*$/gm)).toEqual(
    ['Codec, Node 20', 'Codec, Node 24', 'Memory, Node 20', 'Objects, Node 20'].map((heading) => `## ${heading}`),
  )
})

it('drops the sections of one Node, and keeps those of others', () => {
  const text = withoutNode(RESULTS, '20')
  expect(text).toBe('# Results\n\nBy the benches.\n\n## Codec, Node 24\n\nOf twenty-four.\n')
  expect(withoutNode(text, '2')).toBe(text)
})
