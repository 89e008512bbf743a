import zlib from 'node:zlib'
import { expect, it } from 'vitest'
import { bestEncoding, compress, decompress } from './compression.ts'

const text = Buffer.from('<li>news</li>'.repeat(1000))

it('compresses what deployments share so that every Node can read it', () => {
  expect(bestEncoding({ isOfDeployment: false })).toBe('br')
  expect(bestEncoding({ isOfDeployment: true })).toBe('createZstdCompress' in zlib ? 'zstd' : 'br')
})

it('comes back from what it was compressed to, of whatever parts it was made', async () => {
  for (const isOfDeployment of [false, true]) {
    const encoding = bestEncoding({ isOfDeployment })
    const parts = [text.subarray(0, 10), text.subarray(10, 5000), text.subarray(5000)]
    const compressed = Buffer.concat((await compress(encoding, parts, text.length)) ?? [])
    expect(compressed.length).toBeLessThan(text.length / 50)
    expect((await decompress(encoding, compressed, text.length)).equals(text)).toBe(true)
    // What claims to be small must not fill the memory.
    await expect(decompress(encoding, compressed, text.length - 1)).rejects.toThrow()
  }
})

it('gives back the last byte of whatever length, and no byte more', async () => {
  for (const length of [1, 63, 64, 65, 16 * 1024, 4 * 1024 * 1024 - 1, 4 * 1024 * 1024, 5 * 1024 * 1024]) {
    const plain = Buffer.alloc(length, 'news ')
    const compressed = zlib.gzipSync(plain)
    expect((await decompress('gzip', compressed, length)).equals(plain)).toBe(true)
    if (length > 1) await expect(decompress('gzip', compressed, length - 1)).rejects.toThrow()
  }
})

it('gives up where nothing is gained', async () => {
  expect(await compress('br', [Buffer.from('a')], 1)).toBeUndefined()
})
