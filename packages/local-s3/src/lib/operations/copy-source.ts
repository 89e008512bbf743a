import { S3Error } from '../http/errors.ts'
import { decodeUri } from '../http/uri.ts'

/** Reads `x-amz-copy-source`: `/bucket/key`, with or without its first slash, percent-encoded. */
export function parseCopySource(text: string): { readonly bucket: string; readonly key: string } {
  const [path = '', version] = text.split('?versionId=')
  if (version !== undefined) throw new S3Error('NotImplemented', 'Versions are not implemented.')
  const decoded = decodeUri(path).replace(/^\//, '')
  const slash = decoded.indexOf('/')
  if (slash < 1 || slash === decoded.length - 1) {
    throw new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey')
  }
  return { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1) }
}
