import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { afterAll, expect, it } from 'vitest'
import { etagOf, md5 } from '../src/lib/etag.ts'
import { startServerProcess } from './server-process.ts'
import { createClient } from './server.ts'

const ROUNDS = 5
const WRITERS = 8
const BODY_BYTES = 1024 * 1024
const Bucket = 'bucket'
const dataDir = mkdtempSync(join(tmpdir(), 'local-s3-kill-'))
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

/** ETags by key: of the last PUT that was answered, and of the one that is not yet. */
const answered = new Map<string, string>()
const pending = new Map<string, string>()
let answers = 0

/** Puts new objects and over old ones, in turn, until the server is gone; resolves with the status of the last answer, if any. */
async function write(client: S3Client, round: number, writer: number): Promise<number | undefined> {
  for (let count = 0; ; count++) {
    const Key = count % 2 === 0 ? `${writer}/new/${round}-${count}` : `${writer}/old`
    const Body = randomBytes(BODY_BYTES)
    pending.set(Key, etagOf(md5(Body)))
    try {
      const { ETag = '' } = await client.send(new PutObjectCommand({ Bucket, Key, Body }))
      answered.set(Key, ETag)
    } catch (error) {
      return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
    }
    pending.delete(Key)
    answers++
  }
}

const unfinishedFiles = (): string[] => readdirSync(join(dataDir, 'tmp'))

/** Resolves at a moment when writes are under way, once each writer has had some answers. */
async function midst(): Promise<void> {
  await expect.poll(() => answers, { timeout: 30_000 }).toBeGreaterThan(answers + 3 * WRITERS)
  await sleep(Math.random() * 100)
  await expect.poll(unfinishedFiles, { timeout: 30_000, interval: 1 }).not.toEqual([])
}

/** ETags by key of all that is listed. */
async function readAll(client: S3Client): Promise<Map<string, string>> {
  const etags = new Map<string, string>()
  const { Contents = [], IsTruncated } = await client.send(new ListObjectsV2Command({ Bucket }))
  expect(IsTruncated).toBe(false)
  for (const { Key = '', ETag, Size } of Contents) {
    const object = await client.send(new GetObjectCommand({ Bucket, Key }))
    const body = (await object.Body?.transformToByteArray()) ?? new Uint8Array()
    const etag = etagOf(md5(body))
    expect([object.ETag, ETag, Size]).toEqual([etag, etag, BODY_BYTES])
    etags.set(Key, etag)
  }
  return etags
}

it('has every object whole, and all that were answered, whenever it is killed in the midst of writes', async () => {
  let unfinished = 0
  let server = await startServerProcess('--data', dataDir, '--bucket', Bucket)
  for (let round = 0; round < ROUNDS; round++) {
    const client = createClient(server)
    const writers = Array.from({ length: WRITERS }, (_, writer) => write(client, round, writer))
    await midst()
    await server.kill()
    expect(await Promise.all(writers)).toEqual(Array(WRITERS).fill(undefined))
    unfinished += unfinishedFiles().length

    server = await startServerProcess('--data', dataDir, '--port', new URL(server.url).port)
    const found = await readAll(createClient(server))
    for (const [key, etag] of found) expect([answered.get(key), pending.get(key)]).toContain(etag)
    expect([...answered.keys()].filter((key) => !found.has(key))).toEqual([])
    expect(unfinishedFiles()).toEqual([])
    // What was carried out unanswered is there from now on.
    for (const key of pending.keys()) if (found.has(key)) answered.set(key, found.get(key) ?? '')
    pending.clear()
  }
  console.info(`${ROUNDS} kills left ${unfinished} files unfinished beside ${answered.size} objects`)
  expect(unfinished).toBeGreaterThan(0)
}, 120_000)
