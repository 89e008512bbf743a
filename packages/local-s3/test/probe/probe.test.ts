import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  HeadBucketCommand,
  ListMultipartUploadsCommand,
  AbortMultipartUploadCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LocalS3Options } from '../../src/index.ts'
import { probeCopies, probeLifecycle, probeParts, probeRanges, probeTags } from './probe-features.ts'
import { probeObjects } from './probe-objects.ts'
import { probeAccess, probeChecksums, probeConditions, probeLists, probePolicy } from './probe-requests.ts'
import { failure, openSubject, type Subject } from './subject.ts'

/** 57 checks of an S3 server, by name, through the AWS SDK. */
function probe(name: string, options: LocalS3Options): void {
  describe(name, () => {
    let opened: Subject | undefined
    const subject = (): Subject => {
      if (opened === undefined) throw new Error('The server is not there')
      return opened
    }
    beforeAll(async () => {
      opened = await openSubject(options)
    })
    afterAll(() => opened?.close())

    probeConditions(subject)
    probeChecksums(subject)
    probeLists(subject)
    probeAccess(subject)
    probePolicy(subject)
    probeCopies(subject)
    probeTags(subject)
    probeLifecycle(subject)
    probeRanges(subject)
    probeParts(subject)
    probeObjects(subject)

    it('cleanup-delete-bucket: an empty bucket goes', async () => {
      const { client, bucket: Bucket, list } = subject()
      const keys = await list()
      for (let start = 0; start < keys.length; start += 1000) {
        const Objects = keys.slice(start, start + 1000).map((Key) => ({ Key }))
        await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Quiet: true, Objects } }))
      }
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }))
      for (const { Key, UploadId } of Uploads) {
        await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
      }
      await client.send(new DeleteBucketCommand({ Bucket }))
      expect(await failure(client.send(new HeadBucketCommand({ Bucket })))).toMatch(/^404/)
    })

    it('has 57 checks', (context) => {
      const checks = context.task.suite?.tasks.filter(({ name: title }) => /^[^ ]+: /.test(title)) ?? []
      expect(checks).toHaveLength(57)
      expect(new Set(checks.map(({ name: title }) => title.split(':')[0])).size).toBe(57)
    })
  })
}

const dataDir = mkdtempSync(join(tmpdir(), 'local-s3-probe-'))
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

probe('the S3 server, in memory', {})
probe('the S3 server, on files', { dataDir })
