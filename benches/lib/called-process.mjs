import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/**
 * A process that answers calls, see {@link answerCalls}.
 * @param {string} file Beside this one.
 * @param {Record<string, string>} [env]
 */
export function startCalledProcess(file, env) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [], {
    execArgv: [],
    env: { ...process.env, NODE_NO_WARNINGS: '1', ...env },
  })
  const pending = new Map()
  let lastId = 0
  child.on('message', ({ id, value, error }) => {
    const { resolve, reject } = pending.get(id)
    pending.delete(id)
    if (error === undefined) resolve(value)
    else reject(new Error(error))
  })
  child.on('exit', (code) => {
    for (const { reject } of pending.values()) reject(new Error(`${file} ended with ${code}`))
  })
  return {
    /**
     * @param {string} call
     * @param {object} [args]
     */
    call: (call, args) =>
      new Promise((resolve, reject) => {
        const id = ++lastId
        pending.set(id, { resolve, reject })
        child.send({ id, call, args })
      }),
    async stop() {
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}

/**
 * Makes this process answer the calls of who forked it, until that one ends.
 * @param {Record<string, (args: any) => Promise<unknown>>} calls
 */
export function answerCalls(calls) {
  process.on('message', ({ id, call, args }) => {
    calls[call](args).then(
      (value) => process.send({ id, value }),
      (error) => process.send({ id, error: String(error?.stack ?? error) }),
    )
  })
  process.once('disconnect', () => process.exit())
}
