import { mkdtempSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readBuildStart, recordBuildStart } from './build-record.ts'

it('keeps the time of the first call of a build', () => {
  const dir = mkdtempSync(join(tmpdir(), 'build-'))
  expect(readBuildStart(dir)).toBeUndefined()
  recordBuildStart(dir, 1000)
  recordBuildStart(dir, 2000)
  expect(readBuildStart(dir)).toBe(1000)
})

it('throws nothing where it cannot write, and reads nothing but a time', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'build-'))
  const file = join(dir, 'a-file')
  await writeFile(file, '')
  recordBuildStart(file)
  expect(readBuildStart(file)).toBeUndefined()
  await mkdir(join(dir, 'pages'))
  for (const damaged of ['', 'null', '{}', '{"startedAt":"1"}', '{"startedAt":1e999}']) {
    await writeFile(join(dir, 'pages/s3-cache-build.json'), damaged)
    expect(readBuildStart(dir)).toBeUndefined()
  }
})
