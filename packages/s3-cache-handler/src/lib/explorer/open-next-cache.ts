import { NoCacheError } from '../errors.ts'
import { firstHandler } from '../next/first-handler.ts'
import { isDisabled, openEnvironments } from '../next/open-environments.ts'
import type { ExploredCache } from './visit.ts'

/** The cache of Next's handler in this process. Next constructs one for each request, and so for the explorer's own. */
export async function openNextCache(): Promise<ExploredCache> {
  await firstHandler.isOpen
  const open = openedNextCache()
  if (open !== undefined) return open
  throw new NoCacheError(
    isDisabled()
      ? 'The cache is disabled (CACHE_S3_DISABLED), so there is nothing to explore'
      : 'The explorer needs a process in which Next has loaded s3-cache-handler, or the option "cache"',
  )
}

/** The same, without waiting for it. */
export function openedNextCache(): ExploredCache | undefined {
  const environments = openEnvironments()
  const [open] = [...environments.filter(({ isShared }) => isShared), ...environments]
  return open
}
