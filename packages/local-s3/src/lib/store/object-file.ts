import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { isRecord } from '../is-record.ts'
import type { ObjectInfo, StoredObject } from './store.ts'

/** The head of an object's file: four bytes with its length, then this as JSON; the rest of the file is the body. */
export interface ObjectFileHead {
  readonly key: string
  readonly info: ObjectInfo
}

const LENGTH_BYTES = 4

/** Writes a new file with an object's head and body. */
export async function writeObjectFile(path: string, key: string, { info, body }: StoredObject): Promise<void> {
  const head = Buffer.from(JSON.stringify({ key, info } satisfies ObjectFileHead))
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32BE(head.length)
  await writeFile(path, [length, head, body])
}

/** Reads an object from its file: head and body come from one open file, so they are of one version. */
export async function readObjectFile(path: string): Promise<StoredObject> {
  const file = await readFile(path)
  const bodyStart = LENGTH_BYTES + file.readUInt32BE()
  return { info: parseHead(file.subarray(LENGTH_BYTES, bodyStart)).info, body: file.subarray(bodyStart) }
}

/** Reads the head alone; throws when the file is not whole. */
export function readObjectHead(path: string): ObjectFileHead {
  const file = openSync(path, 'r')
  try {
    const length = Buffer.alloc(LENGTH_BYTES)
    readSync(file, length)
    const bytes = Buffer.alloc(length.readUInt32BE())
    readSync(file, bytes)
    const head = parseHead(bytes)
    if (fstatSync(file).size !== LENGTH_BYTES + bytes.length + head.info.size)
      throw new TypeError('the body is cut off')
    return head
  } catch (error) {
    throw new Error(`${path} is not a whole object of local-s3`, { cause: error })
  } finally {
    closeSync(file)
  }
}

function parseHead(bytes: Buffer): ObjectFileHead {
  const head: unknown = JSON.parse(bytes.toString())
  if (!isObjectFileHead(head)) throw new TypeError('the file does not begin with the head of an object')
  return head
}

function isObjectFileHead(value: unknown): value is ObjectFileHead {
  return isRecord(value) && typeof value['key'] === 'string' && isRecord(value['info'])
}
