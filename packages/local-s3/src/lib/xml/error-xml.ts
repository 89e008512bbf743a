import type { S3Error } from '../http/errors.ts'
import { xmlDocument } from './write-xml.ts'

/** S3's error document, which has no namespace. */
export function errorXml(error: S3Error, resource: string, requestId: string): string {
  const { code, message } = error
  return xmlDocument(
    'Error',
    [
      ['Code', code],
      ['Message', message],
      ['Resource', resource],
      ['RequestId', requestId],
    ],
    '',
  )
}
