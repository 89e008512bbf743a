import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hasCode, untilFolderStays } from './fs-errors.ts'
import type { ObjectDetails, ObjectSummary } from './object-store.ts'

/** What the file of an object says before its body. */
export type FsHead = Omit<ObjectSummary, 'key'> & ObjectDetails

const NEWLINE = 0x0a
/** Enough for 2 KB of metadata and all else, as a rule. */
const HEAD_BYTES = 8192
/** A writer that takes longer is dead. */
const LEFTOVER_MS = 60 * 60_000

/**
 * One line of JSON, then the body: so that both change at once. What no put has left whole is no object, as an empty file
 * after a crash of the machine: it must not spoil a listing.
 */
export async function readObject(path: string): Promise<{ readonly head: FsHead; readonly body: Buffer } | undefined> {
  const bytes = await readFile(path).catch(undefinedIfNoFile)
  if (bytes === undefined) return undefined
  const end = bytes.indexOf(NEWLINE)
  const body = bytes.subarray(end + 1)
  const head = end < 0 ? undefined : parseHead(bytes.subarray(0, end), body.length)
  return head && { head, body }
}

/** Without reading the body. */
export async function readHead(path: string): Promise<FsHead | undefined> {
  const file = await open(path).catch(undefinedIfNoFile)
  if (file === undefined) return undefined
  try {
    const line = await readLine(file)
    return line && parseHead(line, (await file.stat()).size - line.length - 1)
  } catch (error) {
    // A folder opens.
    return undefinedIfNoFile(error)
  } finally {
    await file.close()
  }
}

/** Whole or not at all: written beside, then renamed. */
export async function writeObject(
  directory: string,
  path: string,
  head: FsHead,
  body: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  const bytes = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body])
  await untilFolderStays(() => replace(path, bytes, join(directory, '.tmp'), signal))
}

/** The name of the folder begins with a dot, as no name of a key does. */
async function replace(path: string, bytes: Buffer, folder: string, signal: AbortSignal | undefined): Promise<void> {
  const temporary = join(folder, randomUUID())
  await mkdir(folder, { recursive: true })
  try {
    await writeFile(temporary, bytes)
    signal?.throwIfAborted()
    await mkdir(dirname(path), { recursive: true })
    await rename(temporary, path).catch(async (error: unknown) => {
      if (!hasCode(error, 'EISDIR')) throw error
      await removeObject(path)
      await rename(temporary, path)
    })
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw error
  }
}

/** Or what is in its place, as a folder. */
export async function removeObject(path: string): Promise<void> {
  await rm(path, { force: true, recursive: true }).catch(undefinedIfNoFile)
}

/** What a writer that was killed has left behind. */
export async function removeLeftovers(directory: string): Promise<void> {
  const folder = join(directory, '.tmp')
  for (const name of await readdir(folder)) {
    const file = join(folder, name)
    const age = await stat(file).then(({ mtimeMs }) => Date.now() - mtimeMs, undefinedIfNoFile)
    if (age !== undefined && age > LEFTOVER_MS) await rm(file, { force: true })
  }
}

async function readLine(file: FileHandle): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  for (let position = 0; ;) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, position)
    if (bytesRead === 0) return undefined
    const chunk = buffer.subarray(0, bytesRead)
    const end = chunk.indexOf(NEWLINE)
    chunks.push(end < 0 ? chunk : chunk.subarray(0, end))
    if (end >= 0) return Buffer.concat(chunks)
    position += bytesRead
  }
}

/** Undefined unless it is the head of a body of so many bytes. */
function parseHead(line: Buffer, bodyBytes: number): FsHead | undefined {
  try {
    const head = JSON.parse(line.toString('utf8')) as FsHead | null
    return head?.size === bodyBytes && typeof head.etag === 'string' ? head : undefined
  } catch {
    return undefined
  }
}

function undefinedIfNoFile(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) throw error
}
