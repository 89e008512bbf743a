import { notFound } from 'next/navigation'
import { ask } from '../../../../lib/wire/ask.ts'

export const dynamic = 'force-static'
export const revalidate = 3600

export const generateStaticParams = (): [] => []

/** A story's picture, asked of the origin once and then kept as bytes. */
export async function GET(_request: Request, { params }: { params: Promise<{ slug: string }> }): Promise<Response> {
  const { slug } = await params
  const picture = await ask(`/covers/${encodeURIComponent(slug)}`)
  if (picture === undefined) notFound()
  return new Response(await picture.arrayBuffer(), {
    headers: { 'content-type': picture.headers.get('content-type') ?? 'application/octet-stream' },
  })
}
