import { afterAll, expect, it } from 'vitest'
import { DocsExample } from './docs-example.ts'

const example = new DocsExample('object-stores')
afterAll(() => example.remove())

it('passes the published suite as it is written', async () => {
  const { numPassedTests, numFailedTests } = await example.runTests()
  expect(numFailedTests).toBe(0)
  expect(numPassedTests).toBeGreaterThan(20)
})

it('has the types that it uses', async () => {
  await example.checkTypes()
})
