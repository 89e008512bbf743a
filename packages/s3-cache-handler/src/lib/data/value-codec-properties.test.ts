import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isSameStructure } from '../../../test/data/same-structure.ts'
import { valueGraph } from '../../../test/data/value-graphs.ts'
import { runs } from '../../../test/property.ts'
import { createValueCodec } from './value-codec.ts'

const codec = createValueCodec({})

it('values of all kinds come back as they were, whatever they share and however they hold themselves', async () => {
  await fc.assert(
    fc.asyncProperty(valueGraph, async (build) => {
      const value = build()
      expect(await isSameStructure(codec.decode(await codec.encode(value)), value)).toBe(true)
    }),
    runs(500),
  )
})
