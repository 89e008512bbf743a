import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type BuiltSite, buildSite, compilersOf, typeErrorsOf, writeRouteTypes } from './lib/build-site.ts'
import { SITES } from './lib/builds.ts'
import { expect, test } from './lib/test.ts'

/** A loader that is cached is typed as itself, without `any`, on each version of each framework and of TypeScript. */
async function expectTyped(site: BuiltSite): Promise<void> {
  const { five, seven } = compilersOf(site)
  expect(await typeErrorsOf(site, five)).toBe('')
  expect(await typeErrorsOf(site, seven)).toBe('')
}

test('the published types fit React Router 7', async () => {
  const site = await buildSite(SITES.router7)
  await writeRouteTypes(site)
  await expectTyped(site)
})

test('the published types fit React Router 8', async () => {
  const site = await buildSite(SITES.router8)
  await writeRouteTypes(site)
  await expectTyped(site)
})

test('the published types fit Remix 2, where there is neither React Router 7 nor Next', async () => {
  const site = await buildSite(SITES.remix2)
  for (const other of ['next', 'react-router', 'vitest']) {
    expect(existsSync(join(site.dir, 'node_modules', other)), other).toBe(false)
  }
  await expectTyped(site)
})
