import { headerSafe } from '../header-safe.ts'
import { withoutEndSlash } from './page-path.ts'

/** Those that Next's `revalidatePath` invalidates: https://nextjs.org/docs/app/api-reference/functions/revalidatePath */
export function tagsOfPath(path: string): string[] {
  const tag = `_N_T_${headerSafe(withoutEndSlash(path))}`
  if (tag === '_N_T_/') return [tag, '_N_T_/index']
  return tag === '_N_T_/index' ? [tag, '_N_T_/'] : [tag]
}
