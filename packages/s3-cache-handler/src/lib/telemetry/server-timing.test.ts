import { expect, it, vi } from 'vitest'
import { createS3Cache, memoryStore, type S3Cache } from '../../cache.ts'
import { hashKey } from './hash-key.ts'
import { withServerTiming } from './server-timing.ts'

const open = (): S3Cache => createS3Cache({ store: memoryStore(), log: 'silent' })

/** The header's metrics with their durations left out, which differ. */
const shapeOf = (header: string): string[] =>
  header.split(', ').map((metric) => metric.replace(/;dur=\d+(\.\d+)?$/, ''))

it('tells what was read, made and served for this work, in order, by hashed keys', async () => {
  const cache = open()
  const { value, serverTiming } = await withServerTiming(async () => {
    await cache.remember('secret', () => 'made')
    return await cache.get<string>('secret')
  })
  expect(value).toBe('made')
  const hash = hashKey('secret')
  expect(hash).toMatch(/^[0-9a-f]{16}$/)
  expect(shapeOf(serverTiming)).toEqual([
    `s3-cache;desc="miss absent ${hash}"`,
    `s3-cache;desc="set ${hash}"`,
    expect.stringMatching(new RegExp(`^s3-cache;desc="hit (pending|memory) fresh ${hash}"$`)),
  ])
  expect(serverTiming).not.toContain('secret')
})

it('has the grammar of the header', async () => {
  const cache = open()
  const { serverTiming } = await withServerTiming(() => cache.get('a "b", c\n'))
  expect(serverTiming).toMatch(/^s3-cache;desc="miss absent [0-9a-f]{16}";dur=\d+(\.\d{1,2})?$/)
})

it('tells work that runs at the same time apart', async () => {
  const cache = open()
  const read = (key: string) => withServerTiming(() => cache.get(key))
  const [one, other] = await Promise.all([read('one'), read('other')])
  expect(shapeOf(one.serverTiming)).toEqual([`s3-cache;desc="miss absent ${hashKey('one')}"`])
  expect(shapeOf(other.serverTiming)).toEqual([`s3-cache;desc="miss absent ${hashKey('other')}"`])
})

it('tells who got what another call was making', async () => {
  const seen: string[] = []
  const cache = createS3Cache({ store: memoryStore(), onEvent: ({ name }) => void seen.push(name) })
  let finish = (_made: string): void => {}
  const making = new Promise<string>((resolve) => (finish = resolve))
  const remember = () => withServerTiming(() => cache.remember('k', () => making))
  const both = Promise.all([remember(), remember()])
  await vi.waitFor(() => expect(seen).toContain('deduplicated'))
  finish('made')
  const headers = (await both).map(({ serverTiming }) => serverTiming)
  expect(headers.filter((header) => header.includes(`desc="deduplicated ${hashKey('k')}"`))).toHaveLength(1)
})

it('sums up what comes after the twentieth', async () => {
  const cache = open()
  const keys = Array.from({ length: 25 }, (_, index) => String(index))
  const { serverTiming } = await withServerTiming(() => cache.getMany(keys))
  const metrics = shapeOf(serverTiming)
  expect(metrics).toHaveLength(21)
  expect(metrics.at(-1)).toBe('s3-cache;desc="5 more"')
})

it('is empty where no cache was asked, and rejects as the work does', async () => {
  expect(await withServerTiming(() => 1)).toEqual({ value: 1, serverTiming: '' })
  const failing = withServerTiming(() => Promise.reject(new Error('the work failed')))
  await expect(failing).rejects.toThrow('the work failed')
})
