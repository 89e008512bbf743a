import { askJson, WireUnreachableError } from '../../../lib/wire/ask.ts'
import { fields } from '../../../lib/wire/fields.ts'

export const dynamic = 'force-dynamic'

/** How often the origin was asked, in all and by path: `{ kind: 'reached', total, paths }`. */
export async function GET(): Promise<Response> {
  try {
    const paths = await askJson('/hits', fields, { cache: 'no-store' })
    const total = Object.values(paths).reduce<number>((sum, count) => sum + Number(count), 0)
    return Response.json({ kind: 'reached', total, paths })
  } catch (error) {
    if (!(error instanceof WireUnreachableError)) throw error
    return Response.json({ kind: 'unreachable' })
  }
}
