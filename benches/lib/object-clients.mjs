import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { Agent } from 'undici'
import { createS3ObjectStore } from '../../packages/s3-cache-handler/dist/lib/object-store/s3-store.js'

export const CLIENTS = /** @type {const} */ (['raw', 'ours', 'SDK'])

/**
 * @typedef {{
 *   get: (key: string) => Promise<Uint8Array>,
 *   put: (key: string, body: Buffer) => Promise<unknown>,
 *   close: () => unknown,
 * }} ObjectClient
 */

/**
 * Three ways to the same objects. Credentials come from the environment.
 * @param {{ url: string, bucket: string }} server
 * @param {readonly string[]} keys All that will be asked for.
 * @returns {Promise<Record<typeof CLIENTS[number], ObjectClient>>}
 */
export async function openClients({ url, bucket }, keys) {
  const client = new S3Client({
    endpoint: url,
    region: 'us-east-1',
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  const store = createS3ObjectStore({
    endpoint: url,
    bucket,
    region: 'us-east-1',
    forcePathStyle: true,
    presignedReads: true,
  })
  return {
    raw: await rawClient(client, bucket, keys),
    ours: {
      async get(key) {
        const result = await store.get(key)
        if (result.kind !== 'found') throw new Error(`${key} is ${result.kind}`)
        return result.body
      },
      put: (key, body) => store.put(key, body),
      close: () => {},
    },
    SDK: {
      async get(key) {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
        if (Body === undefined) throw new Error(`${key} has no body`)
        return Body.transformToByteArray()
      },
      put: (key, body) => client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body })),
      close: () => client.destroy(),
    },
  }
}

/**
 * Nothing but HTTP, over connections like those of the store: what it could reach at best. All is signed before it is
 * asked for.
 * @param {S3Client} client
 * @param {string} Bucket
 * @param {readonly string[]} keys
 * @returns {Promise<ObjectClient>}
 */
async function rawClient(client, Bucket, keys) {
  const agent = new Agent({ connections: 64, keepAliveTimeout: 10_000 })
  const gets = await signAll(client, keys, (Key) => new GetObjectCommand({ Bucket, Key }))
  const puts = await signAll(client, keys, (Key) => new PutObjectCommand({ Bucket, Key }))
  return {
    async get(key) {
      const { origin, path } = gets.get(key)
      const { body, statusCode } = await agent.request({ origin, path, method: 'GET' })
      if (statusCode !== 200) throw new Error(`GET ${key} answered ${statusCode}: ${await body.text()}`)
      return Buffer.from(await body.arrayBuffer())
    },
    async put(key, bytes) {
      const { origin, path } = puts.get(key)
      const { body, statusCode } = await agent.request({ origin, path, method: 'PUT', body: bytes })
      const text = await body.text()
      if (statusCode !== 200) throw new Error(`PUT ${key} answered ${statusCode}: ${text}`)
    },
    close: () => agent.close(),
  }
}

/**
 * @param {S3Client} client
 * @param {readonly string[]} keys
 * @param {(key: string) => GetObjectCommand | PutObjectCommand} commandFor
 * @returns {Promise<Map<string, { origin: string, path: string }>>}
 */
async function signAll(client, keys, commandFor) {
  const urls = new Map()
  for (const key of keys) {
    const { origin, pathname, search } = new URL(await getSignedUrl(client, commandFor(key)))
    urls.set(key, { origin, path: pathname + search })
  }
  return urls
}
