import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from './fs-errors.ts'
import { readName } from './fs-names.ts'

/** A file that holds an object. `text` is its key, one character a byte. */
export interface ListedFile {
  readonly text: string
  readonly path: string
}

/** Which keys are wanted: those that begin so, after that one. One character a byte. */
export interface Wanted {
  readonly prefix: string
  readonly after: string
}

interface Child {
  /** What the keys in it begin with: the key itself for a file. */
  readonly start: string
  readonly path: string
  readonly kind: 'file' | 'folder' | 'continued'
}

/** The objects in a folder and below, in the order of their keys' bytes. Enters only folders that can hold some of them. */
export async function* listFiles(folder: string, start: string, wanted: Wanted): AsyncGenerator<ListedFile> {
  const children = (await childrenOf(folder, start)).filter((child) => mayHold(child, wanted))
  children.sort((one, other) => compare(one.start, other.start))
  for (let index = 0; index < children.length; index++) {
    const child = children[index]
    if (child === undefined) continue
    if (child.kind === 'file') {
      yield { text: child.start, path: child.path }
      continue
    }
    const next = children[index + 1]
    // What is continued and what is below a folder of the same name are mixed: `a!` comes before `a/b`, and `a0` after.
    const isMixed = child.kind === 'continued' && next?.kind === 'folder' && next.start === `${child.start}/`
    if (!isMixed) {
      yield* listFiles(child.path, child.start, wanted)
      continue
    }
    index++
    const both = [...(await all(child, wanted)), ...(await all(next, wanted))]
    yield* both.toSorted((one, other) => compare(one.text, other.text))
  }
}

async function all({ path, start }: Child, wanted: Wanted): Promise<ListedFile[]> {
  const files: ListedFile[] = []
  for await (const file of listFiles(path, start, wanted)) files.push(file)
  return files
}

async function childrenOf(folder: string, start: string): Promise<Child[]> {
  try {
    const names = await readdir(folder)
    // The store's own folders begin with a dot.
    return names
      .filter((name) => !name.startsWith('.'))
      .map((name) => {
        const { text, kind } = readName(name)
        return { start: start + text, path: join(folder, name), kind }
      })
  } catch (error) {
    // Taken away meanwhile, with its last object.
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return []
    throw error
  }
}

function mayHold({ start, kind }: Child, { prefix, after }: Wanted): boolean {
  if (kind === 'file') return start.startsWith(prefix) && start > after
  return (start.startsWith(prefix) || prefix.startsWith(start)) && (start > after || after.startsWith(start))
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
