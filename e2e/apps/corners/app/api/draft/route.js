import { draftMode } from 'next/headers'

/** Answers with the cookie of an editor. */
export async function POST() {
  const draft = await draftMode()
  draft.enable()
  return new Response(null, { status: 204 })
}
