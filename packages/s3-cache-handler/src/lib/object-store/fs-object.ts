import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hasCode } from './fs-errors.ts'
import type { ObjectDetails, ObjectSummary } from './object-store.ts'

/** What the file of an object says before its body. */
export type FsHead = Omit<ObjectSummary, 'key' | 'size'> & ObjectDetails

const NEWLINE = 0x0a
/** Enough for 2 KB of metadata and all else. */
const HEAD_BYTES = 8192
/** A writer that takes longer is dead. */
const LEFTOVER_MS = 60 * 60_000

/** One line of JSON, then the body: so that both change at once. */
export async function readObject(path: string): Promise<{ readonly head: FsHead; readonly body: Buffer } | undefined> {
  const bytes = await readFile(path).catch(undefinedIfMissing)
  if (bytes === undefined) return undefined
  const end = bytes.indexOf(NEWLINE)
  return { head: parseHead(bytes.subarray(0, end)), body: bytes.subarray(end + 1) }
}

/** Without reading the body. */
export async function readHead(path: string): Promise<{ readonly head: FsHead; readonly size: number } | undefined> {
  const file = await open(path).catch(undefinedIfMissing)
  if (file === undefined) return undefined
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    const end = buffer.subarray(0, bytesRead).indexOf(NEWLINE)
    const { size } = await file.stat()
    return { head: parseHead(buffer.subarray(0, end)), size: size - end - 1 }
  } finally {
    await file.close()
  }
}

/** Whole or not at all: written beside, then renamed. */
export async function writeObject(directory: string, path: string, head: FsHead, body: Uint8Array): Promise<void> {
  const temporary = join(await temporaryFolder(directory), randomUUID())
  try {
    await writeFile(temporary, Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body]))
    await renameInto(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** What a writer that was killed has left behind. */
export async function removeLeftovers(directory: string): Promise<void> {
  const folder = await temporaryFolder(directory)
  for (const name of await readdir(folder)) {
    const file = join(folder, name)
    const age = await stat(file).then(({ mtimeMs }) => Date.now() - mtimeMs, undefinedIfMissing)
    if (age !== undefined && age > LEFTOVER_MS) await rm(file, { force: true })
  }
}

/** Its name begins with a dot, as no name of a key does. */
async function temporaryFolder(directory: string): Promise<string> {
  const folder = join(directory, '.tmp')
  await mkdir(folder, { recursive: true })
  return folder
}

/** Somebody who deletes the last object of a folder may take the folder away meanwhile. */
async function renameInto(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await mkdir(dirname(to), { recursive: true })
    try {
      return await rename(from, to)
    } catch (error) {
      if (attempt === 100 || !hasCode(error, 'ENOENT')) throw error
    }
  }
}

const parseHead = (line: Buffer): FsHead => JSON.parse(line.toString('utf8')) as FsHead

function undefinedIfMissing(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT')) throw error
}
