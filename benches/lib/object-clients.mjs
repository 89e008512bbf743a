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
 * @returns {Record<typeof CLIENTS[number], ObjectClient>}
 */
export function openClients({ url, bucket }) {
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
    raw: rawClient(client, bucket),
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
 * Nothing but HTTP: each URL is signed once, whatever it takes.
 * @param {S3Client} client
 * @param {string} Bucket
 * @returns {ObjectClient}
 */
function rawClient(client, Bucket) {
  const agent = new Agent({ connections: 64 })
  /** @type {Map<string, { origin: string, path: string }>} */
  const urls = new Map()
  const signed = async (/** @type {GetObjectCommand | PutObjectCommand} */ command) => {
    const id = `${command.constructor.name} ${command.input.Key}`
    const known = urls.get(id)
    if (known !== undefined) return known
    const { origin, pathname, search } = new URL(await getSignedUrl(client, command))
    const url = { origin, path: pathname + search }
    urls.set(id, url)
    return url
  }
  return {
    async get(Key) {
      const { body, statusCode } = await agent.request({
        ...(await signed(new GetObjectCommand({ Bucket, Key }))),
        method: 'GET',
      })
      const bytes = Buffer.from(await body.arrayBuffer())
      if (statusCode !== 200) throw new Error(`GET ${Key} answered ${statusCode}: ${bytes.toString()}`)
      return bytes
    },
    async put(Key, bytes) {
      const { body, statusCode } = await agent.request({
        ...(await signed(new PutObjectCommand({ Bucket, Key }))),
        method: 'PUT',
        body: bytes,
      })
      const text = await body.text()
      if (statusCode !== 200) throw new Error(`PUT ${Key} answered ${statusCode}: ${text}`)
    },
    close: () => agent.close(),
  }
}
