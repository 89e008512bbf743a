import type { Store } from '../store/store.ts'

/** What is kept of a bucket's configuration, as it was given. */
export type Setting = 'encryption' | 'lifecycle' | 'policy' | 'public-access-block'

export async function readSetting(store: Store, bucket: string, setting: Setting): Promise<string | undefined> {
  const object = await store.annex(bucket, 'settings').get(setting)
  return object && Buffer.from(object.body).toString()
}

export async function writeSetting(store: Store, bucket: string, setting: Setting, text: string): Promise<void> {
  const body = Buffer.from(text)
  const info = { size: body.length, etag: '', lastModified: Date.now(), headers: {} }
  await store.annex(bucket, 'settings').put(setting, { info, body })
}

export const deleteSetting = (store: Store, bucket: string, setting: Setting): Promise<void> =>
  store.annex(bucket, 'settings').delete(setting)
