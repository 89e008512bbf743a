import { expect, it } from 'vitest'
import { frame, unframe } from './frame.ts'

const format = { magic: 'test', version: 1, name: 'test object' }

it('gives back header and body, empty ones too', () => {
  for (const [header, body] of [
    ['', ''],
    ['h', ''],
    ['', 'body'],
    ['header', 'body'],
  ] as const) {
    const framed = unframe(format, frame(format, Buffer.from(header), [Buffer.from(body)]))
    expect(framed).toEqual({ kind: 'framed', header: Buffer.from(header), body: Buffer.from(body) })
  }
})

it('says what is wrong with bytes that are not what it expects', () => {
  const bytes = frame(format, Buffer.from('header'), [Buffer.from('bo'), Buffer.from('dy')])
  const reason = (damaged: Uint8Array, as = format): unknown => unframe(as, damaged)
  expect(reason(bytes.subarray(0, 20))).toEqual({ kind: 'damaged', reason: 'truncated to 20 bytes' })
  expect(reason(bytes.subarray(0, 40))).toEqual({ kind: 'damaged', reason: '40 bytes instead of 42' })
  expect(reason(bytes, { ...format, magic: 'else' })).toEqual({ kind: 'damaged', reason: 'not a test object' })
  expect(reason(bytes, { ...format, version: 2 })).toMatchObject({
    reason: expect.stringContaining('version 1 is not 2'),
  })
  bytes[38] = 0
  expect(reason(bytes)).toEqual({ kind: 'damaged', reason: 'checksum does not match' })
})
