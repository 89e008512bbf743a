import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../packages/local-s3/dist/bin.js', import.meta.url))
const BUCKET = 'bench'

/**
 * What was asked of the server.
 * @typedef {{ operation: string, key: string, status: number, bytes: number }} LoggedRequest
 */

/** An S3 server in a process of its own: its memory and its work are not those of what is measured. */
export async function startLocalS3Process() {
  const child = spawn(process.execPath, [bin, '--port', '0', '--bucket', BUCKET, '--admin-port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  // A bench that dies of an exception must not leave it behind.
  process.once('exit', () => child.kill())
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  const [url, adminUrl] = /listening on (\S+) \(admin (\S+)\)/.exec(line)?.slice(1) ?? []
  if (url === undefined || adminUrl === undefined) throw new Error(`local-s3 did not start: ${line}`)
  return {
    url,
    bucket: BUCKET,
    /**
     * Which requests `work` made, in order; 1,000 at most.
     * @param {() => unknown} work
     * @returns {Promise<LoggedRequest[]>}
     */
    async requestsOf(work) {
      await fetch(`${adminUrl}/requests`, { method: 'DELETE' })
      await work()
      const answer = await fetch(`${adminUrl}/requests/log`)
      return answer.json()
    },
    /**
     * How many requests `work` made, by operation, however many; of objects whose key matches.
     * @param {() => unknown} work
     * @param {string} [keyPattern] A regular expression.
     * @returns {Promise<Record<string, number>>}
     */
    async countsOf(work, keyPattern = '') {
      await fetch(`${adminUrl}/requests`, { method: 'DELETE' })
      await work()
      const answer = await fetch(`${adminUrl}/requests?pattern=${encodeURIComponent(keyPattern)}`)
      const { byOperation } = await answer.json()
      return byOperation
    },
    async stop() {
      child.kill()
      await once(child, 'exit')
    },
  }
}

/** @param {readonly LoggedRequest[]} requests */
export const bytesOf = (requests) => requests.reduce((sum, { bytes }) => sum + bytes, 0)
