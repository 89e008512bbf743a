import { expect, it } from 'vitest'
import { crc32, crc32c } from './crc32.ts'

it('computes the check value that the CRC catalogue gives for CRC-32', () => {
  expect(crc32(Buffer.from('123456789')).toString('hex')).toBe('cbf43926')
})

it('computes the check value that the CRC catalogue gives for CRC-32C', () => {
  expect(crc32c(Buffer.from('123456789')).toString('hex')).toBe('e3069283')
})
