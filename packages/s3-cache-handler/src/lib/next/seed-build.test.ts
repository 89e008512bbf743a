import { expect, it } from 'vitest'
import { seedBuild, type SeedOptions } from './seed-build.ts'

it('refuses options that cannot work by their names, before it looks for a build', async () => {
  const wrong: readonly (readonly [unknown, string])[] = [
    [null, 'options'],
    [{ folder: '.next' }, 'folder'],
    [{ distDir: '' }, 'distDir'],
    [{ concurrency: 0.5 }, 'concurrency'],
    [{ onPage: 'x' }, 'onPage'],
  ]
  for (const [options, name] of wrong) {
    const refused = seedBuild(options as SeedOptions)
    await expect(refused, name).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION', option: name })
  }
})
