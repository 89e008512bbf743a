import { type ChildProcess, fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { newFolder } from '../new-folder.ts'

const FILE = fileURLToPath(new URL('worker.mjs', import.meta.url))

/** So many processes that share a folder. The function has all of them do the same at once. */
function start(directory: string, count: number): (command: string, options: object) => Promise<void> {
  const children = Array.from({ length: count }, () => fork(FILE, [directory]))
  onTestFinished(() => {
    for (const child of children) child.kill('SIGKILL')
  })
  return async (command, options) => {
    await Promise.all(children.map((child) => ask(child, { command, options })))
  }
}

async function ask(child: ChildProcess, message: object): Promise<void> {
  const answered = once(child, 'message')
  child.send(message)
  const [{ error }] = (await answered) as [{ readonly error?: string }]
  if (error !== undefined) throw new Error(error)
}

async function plantStaleLock(directory: string, key: string): Promise<void> {
  const file = join(directory, '.locks', createHash('sha256').update(key).digest('hex'))
  await writeFile(file, '')
  const longAgo = new Date(Date.now() - 60_000)
  await utimes(file, longAgo, longAgo)
}

it('lets one process at a time work though a dead one has left its lock', { timeout: 120_000 }, async () => {
  const directory = await newFolder()
  await mkdir(join(directory, '.locks'))
  const onAll = start(directory, 4)
  for (let round = 0; round < 100; round++) {
    const key = `counter-${round}`
    await writeFile(join(directory, key), '0')
    await plantStaleLock(directory, key)
    await onAll('count', { key, times: 5 })
    expect(await readFile(join(directory, key), 'utf8')).toBe('20')
  }
})

it('puts, deletes and lists in folders that another process takes away', { timeout: 120_000 }, async () => {
  await start(await newFolder(), 2)('churn', { keys: ['a/b/c/1', 'a/b/c/2', 'a/b', 'a/d/e/f'], rounds: 50 })
})
