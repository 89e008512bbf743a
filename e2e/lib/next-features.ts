import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { otherDependencies } from './next-version.ts'
import { repositoryDir } from './run-dir.ts'

/** What Next 16.4 does and 16.3 does not, asked of the sources of that one which the builds have. */
export const NEXT_HAS: Readonly<Record<'oneRefresh' | 'freshParts' | 'valuesOfShell', boolean>> = {
  /** However many requests find a value stale, a process makes it anew once. */
  oneRefresh: isIn('use-cache/use-cache-wrapper.js', 'backgroundRevalidations'),
  /** A value that is made anew is not made of others that are stale. */
  freshParts: isIn('use-cache/use-cache-wrapper.js', 'willConsumerServerCache'),
  /** With partial prefetching, a page is resumed with the values that its shell was made of. */
  valuesOfShell: isIn('app-render/app-render.js', 'requestStore.resumeDataCache ?? undefined'),
}

function isIn(file: string, text: string): boolean {
  const next = join(repositoryDir, 'e2e/apps', otherDependencies ?? 'isr', 'node_modules/next')
  return readFileSync(join(next, 'dist/server', file), 'utf8').includes(text)
}
