import { afterAll, it } from 'vitest'
import { DocsExample } from '../docs-example.ts'

const example = new DocsExample('cachified')
afterAll(() => example.remove())

it('has the types that it uses', async () => {
  await example.checkTypes()
})
