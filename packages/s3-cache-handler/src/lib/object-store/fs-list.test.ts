import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { runs } from '../../../test/property.ts'
import { createFsObjectStore } from './fs-store.ts'
import type { ListOptions, ObjectStore } from './object-store.ts'

const byBytes = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other))

/** Every page, one key after the other. */
async function pages(store: ObjectStore, prefix: string, limit: number): Promise<string[]> {
  const keys: string[] = []
  const next: { cursor?: ListOptions['cursor'] } = {}
  do {
    const page = await store.list(prefix, { ...next, limit })
    keys.push(...page.objects.map(({ key }) => key))
    next.cursor = page.cursor
  } while (next.cursor !== undefined)
  return keys
}

/** Alike up to about where a name is cut, after 200 bytes; what stands there is one byte of a name or three. */
const component = fc
  .tuple(
    fc.constantFrom(0, 1, 190, 196, 197, 198, 199, 200, 201, 395, 396, 398, 400),
    fc.array(fc.constantFrom('x', 'y', 'A', 'é', '!', '+', '%', '-', '0', '😀'), { maxLength: 6 }),
  )
  .map(([length, end]) => 'x'.repeat(length) + end.join(''))
const keys = fc.uniqueArray(
  fc.array(component, { minLength: 1, maxLength: 3 }).map((components) => components.join('/')),
  { minLength: 1, maxLength: 12 },
)

it('lists keys of any length in the order of their bytes, by pages and prefixes', { timeout: 600_000 }, async () => {
  const model = fc.asyncProperty(
    keys.map((all) => all.filter((key) => key !== '')),
    fc.integer({ min: 1, max: 4 }),
    fc.nat(),
    fc.double({ min: 0, max: 1, noNaN: true }),
    async (all, limit, index, share) => {
      const directory = await mkdtemp(join(tmpdir(), 's3-cache-fs-'))
      const store = createFsObjectStore({ directory })
      for (const key of all) await store.put(key, Buffer.from('x'))
      const characters = Array.from(all[index % all.length] ?? '')
      for (const prefix of ['', characters.slice(0, Math.floor(share * characters.length)).join('')]) {
        const expected = all.filter((key) => key.startsWith(prefix)).toSorted(byBytes)
        expect(await pages(store, prefix, limit)).toEqual(expected)
      }
      await rm(directory, { recursive: true })
    },
  )
  await fc.assert(model, runs(100))
})
