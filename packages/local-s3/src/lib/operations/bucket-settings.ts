import { S3Error } from '../http/errors.ts'
import type { Store } from '../store/store.ts'
import { parseXml } from '../xml/parse-xml.ts'
import { type OperationContext, type OperationHandler, requireBucket } from './context.ts'

/** What is kept of a bucket's configuration, as it was given. */
export type Setting = 'encryption' | 'lifecycle' | 'policy' | 'public-access-block'

export async function readSetting(store: Store, bucket: string, setting: Setting): Promise<string | undefined> {
  const object = await store.annex(bucket, 'settings').get(setting)
  return object && Buffer.from(object.body).toString()
}

/** Keeps the body of the request, unless `check` refuses it, and answers with the status. */
export const putSetting =
  (
    setting: Setting,
    status: 200 | 204,
    check: (document: string, context: OperationContext) => void | Promise<void>,
  ): OperationHandler =>
  async (context) => {
    const { name } = requireBucket(context)
    const body = Buffer.from((await context.readBody()).bytes)
    await check(body.toString(), context)
    const info = { size: body.length, etag: '', lastModified: Date.now(), headers: {} }
    await context.store.annex(name, 'settings').put(setting, { info, body })
    return { status }
  }

export const deleteSetting =
  (setting: Setting): OperationHandler =>
  async (context) => {
    await context.store.annex(requireBucket(context).name, 'settings').delete(setting)
    return { status: 204 }
  }

/** Throws `MalformedXML` unless the document's root is called so. */
export function requireRoot(document: string, name: string): void {
  if (parseXml(document).name !== name) throw new S3Error('MalformedXML')
}
