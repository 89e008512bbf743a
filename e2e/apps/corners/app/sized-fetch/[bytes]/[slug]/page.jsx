import { createHash } from 'node:crypto'
import { connection } from 'next/server'

/** Shows of what it has fetched how long it is, and a hash of it. */
export default async function SizedFetchPage({ params }) {
  await connection()
  const { bytes, slug } = await params
  const url = `${process.env.ORIGIN_URL}/sized/${slug}?bytes=${bytes}`
  const response = await fetch(url, { cache: 'force-cache' })
  const body = Buffer.from(await response.arrayBuffer())
  const hash = createHash('sha256').update(body).digest('hex')
  return <output>{`status ${response.status}, length ${body.length}, hash ${hash}`}</output>
}
