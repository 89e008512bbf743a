import { revalidatePath, revalidateTag } from 'next/cache'

const WAYS = {
  hard: (tag) => revalidateTag(tag),
  soft: (tag) => revalidateTag(tag, 'max'),
  expire5: (tag) => revalidateTag(tag, { expire: 5 }),
  path: (path) => revalidatePath(path),
}

/** `?how=soft&subject=tag-a&subject=tag-b` */
export async function POST(request) {
  const { searchParams } = new URL(request.url)
  for (const subject of searchParams.getAll('subject')) WAYS[searchParams.get('how')](subject)
  return new Response(null, { status: 204 })
}
