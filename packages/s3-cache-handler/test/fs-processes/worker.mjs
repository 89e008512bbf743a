// A process with a lock and a file store of the built package: commands over IPC, one at a time.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FsLocks } from '../../dist/lib/object-store/fs-lock.js'
import { createFsObjectStore } from '../../dist/lib/object-store/fs-store.js'

const [, , directory] = process.argv
const locks = new FsLocks(directory)
const store = createFsObjectStore({ directory })

const commands = {
  /** Adds one to a file, so often, which is exact only if nobody else does meanwhile. */
  async count({ key, times }) {
    const file = join(directory, key)
    const addOne = async () => writeFile(file, String(Number(await readFile(file, 'utf8')) + 1))
    for (let time = 0; time < times; time++) await locks.hold(key, addOne)
  },
  async churn({ keys, rounds }) {
    const one = async (key) => {
      for (let round = 0; round < rounds; round++) {
        await store.put(key, Buffer.from(key))
        await store.list('')
        await store.delete(key)
      }
    }
    await Promise.all(keys.map(one))
  },
}

process.on('message', ({ command, options }) =>
  commands[command](options).then(
    () => process.send({}),
    (error) => process.send({ error: String(error) }),
  ),
)
process.on('disconnect', () => process.exit())
