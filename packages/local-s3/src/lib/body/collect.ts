import type { IncomingMessage } from 'node:http'
import { S3Error } from '../http/errors.ts'

/** Collects a message's whole body; rejects when the client leaves early, so that half an object is never stored. */
export function collect(message: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const keep = (chunk: Buffer): void => {
      size += chunk.length
      if (size <= maxBytes) {
        chunks.push(chunk)
        return
      }
      // The rest is read and dropped: a client that is still sending would not see the answer behind a closed socket.
      message.off('data', keep).resume()
      reject(new S3Error('EntityTooLarge'))
    }
    if (message.destroyed) reject(new S3Error('IncompleteBody'))
    message.on('data', keep)
    message.once('end', () => resolve(Buffer.concat(chunks)))
    message.once('error', () => reject(new S3Error('IncompleteBody')))
  })
}
