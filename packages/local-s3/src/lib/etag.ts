import { createHash } from 'node:crypto'

export const md5 = (data: Uint8Array): Buffer => createHash('md5').update(data).digest()

/** Of what came in one piece, with its quotes. */
export const etagOf = (digest: Buffer): string => `"${digest.toString('hex')}"`

/** Of an object in parts: the MD5 of the parts' MD5s, and how many there are. */
export function multipartEtag(etags: readonly string[]): string {
  const digest = md5(Buffer.concat(etags.map((etag) => Buffer.from(bareEtag(etag), 'hex'))))
  return `"${digest.toString('hex')}-${etags.length}"`
}

/** S3 accepts ETags with and without their quotes. */
export const isSameEtag = (one: string, other: string): boolean => bareEtag(one) === bareEtag(other)

const bareEtag = (etag: string): string => etag.trim().replace(/^W\//, '').replaceAll('"', '')
