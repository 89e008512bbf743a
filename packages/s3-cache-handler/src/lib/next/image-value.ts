import { isRaw, type RawValue } from '../codec/raw-entry.ts'
import type { NextValue } from './next-values.ts'

/** An optimised image, as Next gives and takes it. */
interface ImageValue {
  readonly kind: 'IMAGE'
  readonly buffer: Buffer
  /** As in a file's name: `webp`. */
  readonly extension: string
  readonly [field: string]: unknown
}

/** What browsers are told where it is not `image/` and the extension. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  ico: 'image/x-icon',
  jpg: 'image/jpeg',
  svg: 'image/svg+xml',
  tif: 'image/tiff',
}

/** The bytes are the whole body of the object, with their media type, so that a presigned URL serves the image. */
export function toStoredImage({ buffer, ...about }: ImageValue): RawValue {
  const { extension } = about
  const contentType = MEDIA_TYPES[extension] ?? `image/${extension}`
  return {
    ...about,
    raw: buffer,
    contentType: /^[\x21-\x7e]+$/.test(contentType) ? contentType : 'application/octet-stream',
  }
}

export function fromStoredImage({ raw, contentType: _contentType, ...about }: RawValue): NextValue {
  return { ...about, kind: 'IMAGE', buffer: raw }
}

export const isImage = (value: NextValue): value is ImageValue =>
  value?.kind === 'IMAGE' && Buffer.isBuffer(value['buffer']) && typeof value['extension'] === 'string'

export const isStoredImage = (value: unknown): value is RawValue =>
  isRaw(value) && 'kind' in value && value.kind === 'IMAGE'
