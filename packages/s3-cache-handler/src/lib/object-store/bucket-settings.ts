import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import {
  DeleteBucketLifecycleCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  type TransitionDefaultMinimumObjectSize,
} from '@aws-sdk/client-s3'
import { type AskBucket, type BucketProperties, bucketProperties, orMissing } from './bucket-properties.ts'
import { connectS3, type S3ConnectionOptions } from './s3-connection.ts'
import type { OnRequest } from './sent-request.ts'

/** A bucket's lifecycle configuration. */
export interface StoredLifecycle {
  /** As the store sends it; undefined where there is none. */
  readonly xml: string | undefined
  /** Which small objects S3 moves to other classes: another setting, which a write without it would reset. */
  readonly transitionMinimum: string | undefined
}

/** A person waits for it, and no page. */
const TIMEOUT_MS = 30_000

/** What concerns the bucket as a whole. Every call rejects with an ObjectStoreError. */
export interface BucketSettings extends BucketProperties {
  lifecycle(): Promise<StoredLifecycle>
  /** Replaces all rules. */
  setLifecycle(lifecycle: StoredLifecycle & { readonly xml: string }): Promise<void>
  deleteLifecycle(): Promise<void>
}

/** @param onRequest Is told of each request that goes out. */
export function openBucketSettings(options: S3ConnectionOptions, onRequest?: OnRequest): BucketSettings {
  const connection = connectS3(options, onRequest)
  const { client, target, attempt } = connection
  const ask: AskBucket = (send) => {
    const abortSignal = AbortSignal.timeout(TIMEOUT_MS)
    return attempt('settings', '', abortSignal, () => send({ abortSignal }))
  }
  return {
    async lifecycle() {
      let xml: string | undefined
      const read = ask(async (sending) => {
        const command = new GetBucketLifecycleConfigurationCommand(target)
        keepBody(command, (body) => (xml = body))
        return await client.send(command, sending)
      })
      const answer = await orMissing(read, 'NoSuchLifecycleConfiguration')
      // Where there is none, the body was that of an error.
      return answer === undefined
        ? { xml: undefined, transitionMinimum: undefined }
        : { xml, transitionMinimum: answer.TransitionDefaultMinimumObjectSize }
    },
    async setLifecycle({ xml, transitionMinimum }) {
      await ask(async (sending) => {
        const command = new PutBucketLifecycleConfigurationCommand({
          ...target,
          LifecycleConfiguration: { Rules: [] },
          TransitionDefaultMinimumObjectSize: transitionMinimum as TransitionDefaultMinimumObjectSize | undefined,
        })
        replaceBody(command, xml)
        return await client.send(command, sending)
      })
    },
    deleteLifecycle: async () =>
      void (await ask((sending) => client.send(new DeleteBucketLifecycleCommand(target), sending))),
    ...bucketProperties(connection, ask),
  }
}

/** What the SDK parses loses what it does not know: the answer's own text is kept. */
function keepBody({ middlewareStack }: GetBucketLifecycleConfigurationCommand, keep: (body: string) => void): void {
  middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      const response = result.response as { body: Readable }
      const body = await text(response.body)
      keep(body)
      response.body = Readable.from([Buffer.from(body)])
      return result
    },
    { step: 'deserialize', priority: 'low', name: 'keepBody' },
  )
}

/** Before the checksum is taken, which S3 requires here. */
function replaceBody({ middlewareStack }: PutBucketLifecycleConfigurationCommand, xml: string): void {
  middlewareStack.add(
    (next) => async (args) => {
      ;(args.request as { body: string }).body = xml
      return await next(args)
    },
    { step: 'build', priority: 'high', name: 'replaceBody' },
  )
}
