import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../test/property.ts'
import { teeBody } from './tee-body.ts'

interface Source {
  readonly stream: ReadableStream<Uint8Array>
  /** How many chunks were taken from it. */
  readonly taken: () => number
  readonly cancelled: () => unknown
}

/** A body that gives its chunks one by one, when it is asked for them. */
function sourceOf(chunks: readonly unknown[], end: 'close' | Error = 'close'): Source {
  let taken = 0
  let cancelled: unknown
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (taken < chunks.length) controller.enqueue(chunks[taken++] as Uint8Array)
        else if (end === 'close') controller.close()
        else controller.error(end)
      },
      cancel: (reason) => void (cancelled = reason),
    },
    { highWaterMark: 0 },
  )
  return { stream, taken: () => taken, cancelled: () => cancelled }
}

const chunksOf = (count: number, bytes = 10): Buffer[] =>
  Array.from({ length: count }, (_, at) => Buffer.alloc(bytes, at))
const all = async (stream: ReadableStream<Uint8Array>): Promise<Buffer> =>
  Buffer.from(await new Response(stream).arrayBuffer())

describe('a body that is kept while it is sent', () => {
  it('is the same for both, whatever its chunks', async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(chunks, fc.nat(100), async (parts, maxBytes) => {
        const expected = Buffer.concat(parts)
        const { stream, whole } = teeBody(sourceOf(parts).stream, maxBytes)
        const kept = await whole.catch(() => undefined)
        expect(await all(stream)).toEqual(expected)
        expect(kept).toEqual(expected.length <= maxBytes ? expected : undefined)
      }),
      runs(200),
    )
  })

  it('is whole when who asked has read none of it', async () => {
    const { stream, whole } = teeBody(sourceOf(chunksOf(3)).stream, 100)
    expect((await whole).length).toBe(30)
    expect((await all(stream)).length).toBe(30)
  })

  it('is whole when who asked has left', async () => {
    const { stream, whole } = teeBody(sourceOf(chunksOf(3)).stream, 100)
    const reader = stream.getReader()
    await reader.read()
    await reader.cancel('gone')
    expect((await whole).length).toBe(30)
  })

  it('is not changed by what is done to a chunk', async () => {
    const { stream, whole } = teeBody(sourceOf(chunksOf(1)).stream, 100)
    const { value } = await stream.getReader().read()
    value?.fill(255)
    expect(await whole).toEqual(Buffer.alloc(10, 0))
  })
})

describe('a body that is too long', () => {
  it('is given up, and goes on no faster than who asked reads it', async () => {
    const source = sourceOf(chunksOf(100))
    const { stream, whole } = teeBody(source.stream, 25)
    await expect(whole).rejects.toThrow('its body is longer than 25 bytes')
    await sleep(5)
    expect(source.taken()).toBe(3)
    expect((await all(stream)).length).toBe(1000)
  })

  it('reaches who reads each chunk as it comes', async () => {
    const source = sourceOf(chunksOf(10))
    const { stream, whole } = teeBody(source.stream, 25)
    const reader = stream.getReader()
    let bytes = 0
    for (let read = await reader.read(); !read.done; read = await reader.read()) bytes += read.value.length
    expect(bytes).toBe(100)
    await expect(whole).rejects.toThrow('longer')
  })

  it('ends at its source when who asked leaves, before or after it was too long', async () => {
    const late = sourceOf(chunksOf(100))
    const teed = teeBody(late.stream, 25)
    await expect(teed.whole).rejects.toThrow('longer')
    await teed.stream.cancel('gone')
    expect(late.cancelled()).toBe('gone')
    const early = sourceOf(chunksOf(100))
    const other = teeBody(early.stream, 25)
    await other.stream.cancel('gone')
    await expect(other.whole).rejects.toThrow('longer')
    expect(early.cancelled()).toBeInstanceOf(RangeError)
    expect(early.taken()).toBeLessThan(5)
  })
})

describe('a body that breaks off', () => {
  it('breaks off for both', async () => {
    const { stream, whole } = teeBody(sourceOf(chunksOf(2), new Error('cut')).stream, 100)
    await expect(whole).rejects.toThrow('cut')
    await expect(all(stream)).rejects.toThrow('cut')
  })

  it('breaks off for who asked also when it is kept no more', async () => {
    const { stream, whole } = teeBody(sourceOf(chunksOf(5), new Error('cut')).stream, 25)
    await expect(whole).rejects.toThrow('longer')
    await expect(all(stream)).rejects.toThrow('cut')
  })

  it('is given up where it holds no bytes', async () => {
    const { whole } = teeBody(sourceOf(['text']).stream, 100)
    await expect(whole).rejects.toThrow('its body holds a string, and no bytes')
  })
})
