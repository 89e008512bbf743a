import { bodyOf } from '../inspect/entry-body.ts'
import { findEntry } from './found-entry.ts'
import { MAX_FRAMED_BYTES } from './preview.ts'
import { previewType } from './preview-type.ts'
import { plainResponse, previewResponse } from './responses.ts'
import type { Visit } from './visit.ts'

/** The body alone, for a frame or an image of the entry's page. */
export async function previewView({ open, params }: Visit): Promise<Response> {
  const found = await findEntry(open, params.get('object') ?? '')
  const body = found?.kind === 'read' && found.read.kind === 'entry' ? bodyOf(found.read.entry) : undefined
  const type = body !== undefined && body.bytes.length <= MAX_FRAMED_BYTES ? previewType(body) : undefined
  if (body !== undefined && type?.kind === 'html') return previewResponse(body.bytes, 'text/html; charset=utf-8')
  if (body !== undefined && type?.kind === 'image') return previewResponse(body.bytes, type.contentType)
  return plainResponse(404, 'There is nothing to show')
}
