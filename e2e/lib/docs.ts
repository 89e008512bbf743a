import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryDir } from './run-dir.ts'

/** The README's code block that begins with this comment. */
export const readmeSnippet = (title: string): string => snippetOf('README.md', title)

/** The same of a guide in `docs`. */
export const guideSnippet = (name: string, title: string): string => snippetOf(`docs/${name}.md`, title)

/** The commands of a guide in `docs`, in order: one for each line that a shell would run. */
export function guideCommands(name: string): string[] {
  const blocks = [...textOf(`docs/${name}.md`).matchAll(/```sh\n([^]*?)```/g)].map(([, block = '']) => block)
  return blocks.flatMap((block) => block.replaceAll('\\\n', ' ').split('\n').filter(Boolean))
}

function snippetOf(file: string, title: string): string {
  const text = textOf(file)
  const start = text.indexOf(`// ${title}\n`)
  if (start === -1) throw new Error(`${file} has no code block that begins with "// ${title}"`)
  return text.slice(start, text.indexOf('```', start))
}

const textOf = (file: string): string => readFileSync(join(repositoryDir, file), 'utf8')
