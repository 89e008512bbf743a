import { connection } from 'next/server'
import { READERS } from '../../../../../lib/readers.js'

/** The value is read at each request. */
export async function GET(_request, { params }) {
  await connection()
  const { kind, slug } = await params
  try {
    return new Response(await READERS[kind](decodeURIComponent(slug)))
  } catch (error) {
    return new Response(String(error), { status: 500 })
  }
}
