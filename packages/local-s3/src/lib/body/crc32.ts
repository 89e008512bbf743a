/** `zlib.crc32` exists only from Node 20.15, and knows no CRC-32C. */
const tableOf = (polynomial: number): Uint32Array =>
  Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1
    return value
  })

const CRC32 = tableOf(0xed_b8_83_20)
const CRC32C = tableOf(0x82_f6_3b_78)

/** CRC-32 of ISO 3309 (zlib's), as four big-endian bytes. */
export const crc32 = (data: Uint8Array): Buffer => checksum(data, CRC32)

/** CRC-32C (Castagnoli), as four big-endian bytes. */
export const crc32c = (data: Uint8Array): Buffer => checksum(data, CRC32C)

function checksum(data: Uint8Array, table: Uint32Array): Buffer {
  let value = -1
  for (const byte of data) value = (table[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8)
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(~value)
  return bytes
}
