/**
 * Keys as paths that every file system takes, one to one: small letters, digits and a few signs stand for themselves, all
 * else for its UTF-8 bytes. So keys that differ in case are different files on disks that do not tell case apart, and no
 * component is `..`, a device of Windows or hidden.
 *
 * A file's name ends in `!`, so that it never meets the folder of the same name; a component that is too long goes on in a
 * folder below one that ends in `+`.
 */
const FILE = '!'
const CONTINUED = '+'
const EMPTY = '%'
/** File systems take 255 bytes. */
const MAX_NAME = 200
const PLAIN = /[a-z0-9_=,@-]/
/** Devices of Windows, whatever follows their dot. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)$/

/** The names of the folders and of the file that hold a key's object. */
export function pathOf(key: string): string[] {
  const names = key.split('/').flatMap((component) => chunks(escape(component)))
  return [...names.slice(0, -1), `${names.at(-1) ?? EMPTY}${FILE}`]
}

/** What a name in a folder stands for: the text that it adds to the key. */
export function readName(name: string): { readonly text: string; readonly kind: 'file' | 'folder' | 'continued' } {
  const last = name.at(-1)
  if (last === FILE) return { text: unescape(name.slice(0, -1)), kind: 'file' }
  if (last === CONTINUED) return { text: unescape(name.slice(0, -1)), kind: 'continued' }
  return { text: `${unescape(name)}/`, kind: 'folder' }
}

function escape(component: string): string {
  if (component === '') return EMPTY
  const bytes = Buffer.from(component)
  const escaped = Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte)
    return byte < 0x80 && PLAIN.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`
  }).join('')
  return RESERVED.test(escaped) ? `%${escaped.charCodeAt(0).toString(16)}${escaped.slice(1)}` : escaped
}

/** Cut between bytes, never inside an escape. */
function chunks(escaped: string): string[] {
  const names: string[] = []
  let rest = escaped
  while (rest.length > MAX_NAME) {
    const escapeAt = rest.lastIndexOf('%', MAX_NAME - 1)
    const end = escapeAt > MAX_NAME - 3 ? escapeAt : MAX_NAME
    names.push(rest.slice(0, end) + CONTINUED)
    rest = rest.slice(end)
  }
  return [...names, rest]
}

/** As Latin-1, because a cut may go through a character: whole keys are decoded when they are complete. */
const unescape = (name: string): string =>
  name === EMPTY
    ? ''
    : name.replaceAll(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** The bytes of a key as text of one character a byte, which sorts and compares as they do. */
export const toBytesText = (key: string): string => Buffer.from(key).toString('latin1')
export const fromBytesText = (text: string): string => Buffer.from(text, 'latin1').toString()
