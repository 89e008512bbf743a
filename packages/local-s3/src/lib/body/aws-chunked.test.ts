import { describe, expect, it } from 'vitest'
import { decodeAwsChunked } from './aws-chunked.ts'

const decode = (text: string): { body: string; trailer: Record<string, string> } => {
  const { body, trailer } = decodeAwsChunked(Buffer.from(text, 'latin1'))
  return { body: body.toString('latin1'), trailer: Object.fromEntries(trailer) }
}

describe('decodeAwsChunked', () => {
  it('joins the chunks and reads the trailer', () => {
    expect(decode('5\r\nhello\r\n6\r\n wor\r\n\r\n0\r\nX-Amz-Checksum-Crc32: AAAA\r\n\r\n')).toEqual({
      body: 'hello wor\r\n',
      trailer: { 'x-amz-checksum-crc32': 'AAAA' },
    })
  })

  it('reads a body of nothing', () => {
    expect(decode('0\r\n\r\n')).toEqual({ body: '', trailer: {} })
  })

  it('refuses a body that ends inside a chunk', () => {
    expect(() => decode('5\r\nhel')).toThrow(expect.objectContaining({ code: 'IncompleteBody' }))
  })

  it('refuses a body without its last chunk', () => {
    expect(() => decode('5\r\nhello\r\n')).toThrow(expect.objectContaining({ code: 'IncompleteBody' }))
  })

  it('refuses a chunk that is longer than its head says', () => {
    expect(() => decode('4\r\nhello\r\n0\r\n\r\n')).toThrow(expect.objectContaining({ code: 'IncompleteBody' }))
  })

  it('refuses a head that is not a size', () => {
    expect(() => decode('xyz\r\nhello\r\n')).toThrow(expect.objectContaining({ code: 'InvalidRequest' }))
  })
})
