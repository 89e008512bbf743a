import { connection } from 'next/server'
import { Suspense } from 'react'
import { READERS } from '../../../../../lib/readers.js'

/** The value is read at each request: it is a hole in the shell. */
export default function ReadPage({ params }) {
  return (
    <main>
      <Suspense fallback={<p>reading</p>}>
        <Value params={params} />
      </Suspense>
    </main>
  )
}

async function Value({ params }) {
  await connection()
  const { kind, slug } = await params
  const value = await READERS[kind](decodeURIComponent(slug))
  return <output id="render">{value}</output>
}
