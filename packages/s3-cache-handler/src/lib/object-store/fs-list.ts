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
  for (let index = 0; index < children.length;) {
    const alike = startingAlike(children, index)
    yield* merge(alike.map((child) => filesOf(child, wanted)))
    index += alike.length
  }
}

/**
 * A child, with those whose keys may lie between its own. Only a name that goes on has such: what follows it comes before
 * what follows a shorter or a longer name, or after, as `a!` comes before `a/b`, and `a0` after.
 */
function startingAlike(children: readonly Child[], index: number): Child[] {
  const first = children[index]
  let end = index + 1
  if (first?.kind === 'continued') while (children[end]?.start.startsWith(first.start) === true) end++
  return children.slice(index, end)
}

async function* filesOf({ kind, start, path }: Child, wanted: Wanted): AsyncGenerator<ListedFile> {
  if (kind === 'file') yield { text: start, path }
  else yield* listFiles(path, start, wanted)
}

/** One ordered listing of several. */
async function* merge(listings: readonly AsyncGenerator<ListedFile>[]): AsyncGenerator<ListedFile> {
  const heads: { readonly file: ListedFile; readonly listing: AsyncGenerator<ListedFile> }[] = []
  const advance = async (listing: AsyncGenerator<ListedFile>): Promise<void> => {
    const { done, value } = await listing.next()
    if (done !== true) heads.push({ file: value, listing })
  }
  for (const listing of listings) await advance(listing)
  while (heads.length > 0) {
    heads.sort((one, other) => compare(other.file.text, one.file.text))
    const first = heads.pop()
    if (first === undefined) return
    yield first.file
    await advance(first.listing)
  }
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
