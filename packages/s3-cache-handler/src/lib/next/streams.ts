/** Rejects where the stream errors, however much has come before. */
export async function readWhole(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  const reader = stream.getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value)
  // A reader that holds its stream keeps the request alive that made it.
  reader.releaseLock()
  return Buffer.concat(chunks)
}

export const streamOf = (bytes: Uint8Array): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(bytes)
      controller.close()
    },
  })
