import type { IncomingMessage } from 'node:http'
import { beforeEach, expect, it, vi } from 'vitest'
import { type Answer, CREDENTIALS, errorXml, openAnsweringServer } from '../../../test/answering-server.ts'
import { openS3Store } from '../../../test/open-s3-store.ts'
import type { ObjectStore } from './object-store.ts'
import { connectS3 } from './s3-connection.ts'

const LISTING = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>'

/** Whose requests the store takes. */
let accepted = 1
/** Whose the provider gives; none while it is down. */
let given: number | undefined = 1
beforeEach(() => {
  accepted = 1
  given = 1
})

const keyOf = (generation: number): string => `KEY${generation}`

const isSignedBy = ({ url = '', headers }: IncomingMessage, generation: number): boolean =>
  `${decodeURIComponent(url)} ${headers.authorization}`.includes(`${keyOf(generation)}/`)

const judge =
  (code: string) =>
  (request: IncomingMessage): Answer =>
    isSignedBy(request, accepted)
      ? { status: 200, headers: { etag: '"1"' }, body: LISTING }
      : { status: 400, body: errorXml(code) }

/** Temporary credentials, as containers have them; the SDK takes them for good for an hour. */
function provide(): Answer {
  if (given === undefined) return { status: 500 }
  const Expiration = new Date(Date.now() + 3_600_000).toISOString()
  const key = { AccessKeyId: keyOf(given), SecretAccessKey: `secret-${given}`, Token: `token-${given}` }
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...key, Expiration }) }
}

async function open(code = 'ExpiredToken') {
  const { endpoint, requests } = await openAnsweringServer(judge(code))
  const provider = await openAnsweringServer(provide)
  for (const name of Object.keys(CREDENTIALS)) vi.stubEnv(name, undefined)
  vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${provider.endpoint}/credentials`)
  const openStore = (presignedReads: boolean): ObjectStore => openS3Store({ endpoint, presignedReads })
  return { requests, provider, openStore }
}

const OPERATIONS: readonly ((store: ObjectStore) => Promise<unknown>)[] = [
  (store) => store.get('k'),
  (store) => store.put('k', Buffer.from('x')),
  (store) => store.list(''),
]

it('takes new credentials as soon as the old ones are refused, whoever signs and whatever is asked', async () => {
  const { requests, openStore } = await open()
  for (const presignedReads of [true, false]) {
    for (const run of OPERATIONS) {
      const store = openStore(presignedReads)
      await run(store)
      accepted = given = accepted + 1
      const before = requests.length
      await run(store)
      await run(store)
      const [refused, ...others] = requests.slice(before)
      expect(refused && isSignedBy(refused, accepted - 1)).toBe(true)
      const repeated = others.filter((request) => isSignedBy(request, accepted - 1))
      // A URL that was kept is made anew first: it might have been its age.
      expect(repeated.length).toBeLessThanOrEqual(1)
      expect(others.length - repeated.length).toBe(2)
    }
  }
})

it('does so for each way in which credentials are refused', async () => {
  for (const code of ['ExpiredToken', 'InvalidToken', 'TokenRefreshRequired', 'InvalidAccessKeyId']) {
    const { openStore } = await open(code)
    const store = openStore(false)
    await store.get('k')
    accepted = given = accepted + 1
    await expect(store.get('k')).resolves.toMatchObject({ kind: 'found' })
  }
})

it('asks the store once where there are no other credentials, and says what it has answered', async () => {
  const { requests, provider, openStore } = await open()
  const store = openStore(false)
  await store.get('k')
  accepted = 2
  for (const held of [1, undefined]) {
    given = held
    const [asked, provided] = [requests.length, provider.requests.length]
    await expect(store.get('k')).rejects.toMatchObject({ storeCode: 'ExpiredToken' })
    expect(requests.length).toBe(asked + 1)
    expect(provider.requests.length).toBeGreaterThan(provided)
  }
})

it('looks once for credentials where there are none, and sends nothing', async () => {
  const { client, attempt } = connectS3({ bucket: 'test', region: 'us-east-1', forcePathStyle: true })
  const look = vi.spyOn(client.config, 'credentials').mockRejectedValue(new Error('no credentials'))
  const send = vi.fn<() => Promise<void>>()
  await expect(attempt('get', 'k', undefined, send)).rejects.toThrow('no credentials')
  expect(look).toHaveBeenCalledTimes(1)
  expect(send).not.toHaveBeenCalled()
})

it('asks nobody for credentials because of a refusal that is not about them', async () => {
  const { provider, openStore } = await open('AccessDenied')
  const store = openStore(true)
  await store.get('k')
  accepted = 2
  await expect(store.get('k')).rejects.toMatchObject({ storeCode: 'AccessDenied' })
  expect(provider.requests).toHaveLength(1)
})
