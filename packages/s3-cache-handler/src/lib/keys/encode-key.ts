import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'

/** Longest encoded head of a key, in bytes; what is longer ends in a hash. */
export const MAX_KEY_HEAD_BYTES = 512
/** Longest encoded head of a name (a tag, a deployment), in bytes. */
const MAX_NAME_HEAD_BYTES = 80
/** Longest path component, below the 255 bytes that file systems allow. */
const MAX_COMPONENT_BYTES = 200

/** Stands where no encoded key can: `+` itself is escaped. `+/` continues a long component, a final `+` closes an empty one. */
const MARK = '+'
const PLAIN = /^[A-Za-z0-9\-_$()@=,]$/

/**
 * Encodes a prefix of user keys. Total and injective for any string, unpaired surrogates included; every component is
 * non-empty, at most 200 bytes and neither `.` nor `..`. For a prefix `p` of `k` whose encoding fits 512 bytes,
 * `encodeKey(k)` starts with `encodeKeyPrefix(p)`: each UTF-16 unit is encoded by what stands before it alone.
 */
export function encodeKeyPrefix(prefix: string): string {
  let encoded = ''
  let componentBytes = 0
  for (let index = 0; index < prefix.length; index++) {
    let unit = encodeUnit(prefix, index, componentBytes === 0)
    if (unit === '/') {
      encoded += unit
      componentBytes = 0
      continue
    }
    if (componentBytes + unit.length > MAX_COMPONENT_BYTES) {
      encoded += `${MARK}/`
      componentBytes = 0
      unit = encodeUnit(prefix, index, true)
    }
    encoded += unit
    componentBytes += unit.length
    if (encoded.length > MAX_KEY_HEAD_BYTES) break
  }
  return encoded.slice(0, MAX_KEY_HEAD_BYTES)
}

/** Every read of an entry encodes its key, which is most of the work of one that memory answers. */
const recent = new LRUCache<string, string>({ max: 1000 })
const MAX_RECENT_LENGTH = 512

/** Encodes a whole user key, at most 580 bytes: a head as of {@link encodeKeyPrefix}, and a SHA-256 where that was cut. */
export function encodeKey(key: string): string {
  if (key.length > MAX_RECENT_LENGTH) return encode(key)
  const known = recent.get(key)
  if (known !== undefined) return known
  const encoded = encode(key)
  recent.set(key, encoded)
  return encoded
}

function encode(key: string): string {
  const head = encodeKeyPrefix(key)
  if (head.length === MAX_KEY_HEAD_BYTES) return `${head}${MARK}/${sha256(key)}`
  return head === '' || head.endsWith('/') ? head + MARK : head
}

/** The key that {@link encodeKey} was given; undefined where it ends in a hash, which tells only the entry itself. */
export function decodeKey(encoded: string): string | undefined {
  if (/\+\/[0-9a-f]{64}$/.test(encoded) && encoded.length === MAX_KEY_HEAD_BYTES + MARK.length + 1 + 64)
    return undefined
  const whole = encoded.endsWith(MARK) ? encoded.slice(0, -MARK.length) : encoded
  // CESU-8: each escaped run of two or three bytes is one UTF-16 unit.
  return whole.replaceAll(`${MARK}/`, '').replaceAll(/(?:%[0-9A-F]{2})+/g, decodeUnits)
}

/** Encodes a name as one path component, at most 145 bytes. Injective; `/` is escaped. */
export function encodeName(name: string): string {
  let encoded = ''
  for (let index = 0; index < name.length && encoded.length <= MAX_NAME_HEAD_BYTES; index++) {
    const unit = encodeUnit(name, index, encoded === '')
    encoded += unit === '/' ? '%2F' : unit
  }
  if (encoded.length > MAX_NAME_HEAD_BYTES) return encoded.slice(0, MAX_NAME_HEAD_BYTES) + MARK + sha256(name)
  return encoded === '' ? MARK : encoded
}

/** The name that {@link encodeName} was given; undefined where it ends in a hash, and for what is no encoded name. */
export function decodeName(encoded: string): string | undefined {
  const name = encoded === MARK ? '' : encoded.replaceAll(/(?:%[0-9A-F]{2})+/g, decodeUnits)
  return encodeName(name) === encoded ? name : undefined
}

function encodeUnit(text: string, index: number, atComponentStart: boolean): string {
  const character = text.charAt(index)
  if (PLAIN.test(character)) return character
  if ((character === '/' || character === '.') && !atComponentStart) return character
  return percentEncode(text.charCodeAt(index))
}

/** UTF-8 of one UTF-16 unit. Surrogates are encoded unit by unit (CESU-8), so that half a pair is still a prefix. */
function percentEncode(unit: number): string {
  if (unit < 0x80) return percent(unit)
  if (unit < 0x800) return percent(0xc0 | (unit >> 6)) + percent(0x80 | (unit & 0x3f))
  return percent(0xe0 | (unit >> 12)) + percent(0x80 | ((unit >> 6) & 0x3f)) + percent(0x80 | (unit & 0x3f))
}

function decodeUnits(escaped: string): string {
  const bytes = escaped
    .slice(1)
    .split('%')
    .map((byte) => Number.parseInt(byte, 16))
  let text = ''
  for (let index = 0; index < bytes.length;) {
    const [first = 0, second = 0, third = 0] = bytes.slice(index)
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : 3
    const unit = length === 1 ? first : ((first & (length === 2 ? 0x1f : 0x0f)) << 6) | (second & 0x3f)
    text += String.fromCharCode(length === 3 ? (unit << 6) | (third & 0x3f) : unit)
    index += length
  }
  return text
}

const percent = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`

/** UTF-16 keeps unpaired surrogates apart, which UTF-8 would all turn into U+FFFD. */
const sha256 = (text: string): string => createHash('sha256').update(text, 'utf16le').digest('hex')
