import { expect, it } from 'vitest'
import { buildOf, shownTo } from './server-build.ts'

const assets = { version: 'b1' }

it('shows middleware URLs as they came with the flag, and where middleware is no flag any more', () => {
  expect(shownTo({ assets, future: { v8_middleware: true, v8_passThroughRequests: true } })).toBe('raw')
  expect(shownTo({ assets, future: { v8_middleware: true, unstable_passThroughRequests: true } })).toBe('raw')
  expect(shownTo({ assets, future: {} })).toBe('raw')
  expect(shownTo({ assets })).toBe('raw')
})

it('shows middleware URLs without .data on the default flags of React Router 7', () => {
  expect(shownTo({ assets, future: { v8_middleware: true, v8_passThroughRequests: false } })).toBe('stripped')
  expect(shownTo({ assets, future: { v8_middleware: true } })).toBe('stripped')
  expect(shownTo({ assets, future: { unstable_middleware: true } })).toBe('stripped')
})

it('is had as it is, or from a function that may take its time', async () => {
  const build = { assets }
  expect([await buildOf(build), await buildOf(() => build), await buildOf(async () => build)]).toEqual([
    build,
    build,
    build,
  ])
})
