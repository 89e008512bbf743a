import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { newFolder } from '../../../test/new-folder.ts'
import { acquire } from './fs-lock-file.ts'

afterEach(() => {
  vi.useRealTimers()
})

it('is not released by a process that was frozen while it held it, and lost it', async () => {
  const folder = await newFolder()
  const lock = join(folder, 'lock')
  const releaseLost = await acquire(lock)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
  const release = await acquire(lock)
  await releaseLost()
  expect(await readdir(folder)).toEqual(['lock', 'lock+'])
  await release()
  expect(await readdir(folder)).toEqual([])
})

it('waits for the holder, and makes the folder of its files', async () => {
  const lock = join(await newFolder(), 'locks', 'lock')
  const release = await acquire(lock)
  const next = acquire(lock).then(() => 'next')
  const first = await Promise.race([next, new Promise((resolve) => setTimeout(resolve, 100, 'holder'))])
  expect(first).toBe('holder')
  await release()
  expect(await next).toBe('next')
})
