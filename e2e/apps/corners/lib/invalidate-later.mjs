import { revalidatePath, revalidateTag } from 'next/cache'
import { after } from 'next/server'

/**
 * Invalidates a tag and a path once the response is sent.
 * @param {{ get(name: 'tag' | 'path'): string }} of
 */
export function invalidateLater(of) {
  after(() => {
    revalidateTag(of.get('tag'))
    revalidatePath(of.get('path'))
  })
}
