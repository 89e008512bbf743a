import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/**
 * A server of fixed-answers.mjs, in a process of its own.
 * @param {number} bytes
 */
export async function startFixedAnswers(bytes) {
  const child = fork(fileURLToPath(new URL('fixed-answers.mjs', import.meta.url)), [String(bytes)], { execArgv: [] })
  const [{ port }] = await once(child, 'message')
  return {
    url: `http://127.0.0.1:${port}`,
    bucket: 'bench',
    async stop() {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}
