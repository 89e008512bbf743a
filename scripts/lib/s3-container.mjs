import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { createRequire } from 'node:module'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers'
import { DEFAULT_IMAGE, serverOf } from './s3-servers.mjs'

/** @type {typeof import('@aws-sdk/client-s3')} */
const { CreateBucketCommand, S3Client } = createRequire(
  new URL('../../packages/s3-cache-handler/package.json', import.meta.url),
)('@aws-sdk/client-s3')

const ANSWERS_WITHIN_MS = 60_000
const BUCKET = 'test'

/**
 * Starts the S3 server of `S3_TEST_IMAGE`, waits until it answers as one, and creates a bucket. Nothing is left running
 * when that fails.
 */
export async function startS3Container() {
  // Random, so that the search of all logs for the secret finds no word that is there anyway.
  const credentials = { accessKeyId: 'containers', secretAccessKey: randomBytes(16).toString('hex') }
  const image = process.env.S3_TEST_IMAGE || DEFAULT_IMAGE
  const { port, command, env } = serverOf(image, credentials)
  await getContainerRuntimeClient().catch((error) => {
    throw new Error(`test:containers needs a Docker engine, and none can be reached: ${error.message}`)
  })
  const generic = new GenericContainer(image)
    .withExposedPorts(port)
    .withEnvironment(env)
    // From outside: an image without a shell cannot look for its own ports.
    .withWaitStrategy(
      Wait.forHttp('/', port)
        .forStatusCodeMatching((status) => status < 500)
        .withStartupTimeout(ANSWERS_WITHIN_MS),
    )
  const container = await (command.length > 0 ? generic.withCommand([...command]) : generic).start().catch((error) => {
    throw new Error(`Cannot start ${image}: ${error.message}`)
  })
  const stop = once(async () => {
    await container.stop({ timeout: 2000 })
  })
  const endpoint = `http://${container.getHost()}:${container.getMappedPort(port)}`
  await createBucket(endpoint, credentials).catch(async (error) => {
    await stop()
    throw new Error(`${image} at ${endpoint} does not answer as an S3 server: ${error.message}`)
  })
  return {
    image,
    /** For the suites. */
    env: {
      S3_TEST_ENDPOINT: endpoint,
      S3_TEST_BUCKET: BUCKET,
      S3_TEST_PREFIX: 'run/',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    saveLog: async (path) => {
      const log = await container.logs()
      const saved = pipeline(log, createWriteStream(path)).catch(() => {})
      // The engine keeps the stream open for what is still to come.
      await Promise.race([saved, sleep(2000).then(() => log.destroy())])
    },
    /** May be called again. */
    stop,
  }
}

/** A port that listens is no server yet: only a bucket that was created shows that. */
async function createBucket(endpoint, credentials) {
  const client = new S3Client({ endpoint, credentials, region: 'us-east-1', forcePathStyle: true, maxAttempts: 1 })
  const deadline = performance.now() + ANSWERS_WITHIN_MS
  for (;;) {
    try {
      await client.send(new CreateBucketCommand({ Bucket: BUCKET }))
      return
    } catch (error) {
      if (error.name === 'BucketAlreadyOwnedByYou') return
      if (performance.now() > deadline) throw error
      await sleep(500)
    }
  }
}

function once(action) {
  let result
  return () => (result ??= action())
}
