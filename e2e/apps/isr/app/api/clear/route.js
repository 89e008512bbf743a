import * as s3CacheHandler from 's3-cache-handler'

/** `clearNext` with the selection in the body. */
export async function POST(request) {
  const selection = await request.json()
  // For the mutant that clears without telling anyone.
  globalThis.isClearing = true
  try {
    return Response.json(await s3CacheHandler.clearNext(selection))
  } catch (error) {
    return Response.json({ error: String(error) }, { status: 500 })
  } finally {
    globalThis.isClearing = false
  }
}
