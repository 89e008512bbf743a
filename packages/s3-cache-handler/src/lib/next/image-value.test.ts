import { expect, it } from 'vitest'
import { fromStoredImage, isImage, isStoredImage, toStoredImage } from './image-value.ts'

const image = (extension: string) => ({
  kind: 'IMAGE' as const,
  buffer: Buffer.from([0, 255]),
  extension,
  etag: 'e',
  upstreamEtag: 'u',
  revalidate: 60,
})

it.each([
  ['webp', 'image/webp'],
  ['avif', 'image/avif'],
  ['jpg', 'image/jpeg'],
  ['svg', 'image/svg+xml'],
  ['ico', 'image/x-icon'],
  ['ü\r\n', 'application/octet-stream'],
])('stores an image with the extension %j as %s, and gives it back as it was', (extension, contentType) => {
  const value = image(extension)
  expect(isImage(value)).toBe(true)
  const stored = toStoredImage(value)
  expect(stored).toMatchObject({ raw: value.buffer, contentType })
  expect(isStoredImage(stored)).toBe(true)
  expect(fromStoredImage(stored)).toStrictEqual(value)
})

it('takes nothing else for an image', () => {
  for (const value of [
    null,
    { kind: 'IMAGE' },
    { ...image('webp'), kind: 'APP_ROUTE' },
    { kind: 'IMAGE', buffer: 'x', extension: 'webp' },
  ]) {
    expect(isImage(value)).toBe(false)
  }
  expect(isStoredImage({ raw: Buffer.of(), contentType: 'image/webp' })).toBe(false)
})
