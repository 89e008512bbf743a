import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryDir } from './run-dir.ts'

/** The README's code block that begins with this comment. */
export function readmeSnippet(title: string): string {
  const readme = readFileSync(join(repositoryDir, 'README.md'), 'utf8')
  const start = readme.indexOf(`// ${title}\n`)
  if (start === -1) throw new Error(`The README has no code block that begins with "// ${title}"`)
  return readme.slice(start, readme.indexOf('```', start))
}
