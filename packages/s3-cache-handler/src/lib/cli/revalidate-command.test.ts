import { describe, expect, it } from 'vitest'
import { MANY, manyEntries } from '../../../test/many-entries.ts'
import { putEntries } from '../../../test/put-entry.ts'
import { openCommandBench } from '../../../test/run-command.ts'

const { server, bucket, run, json } = await openCommandBench()
const lifetime = { revalidate: 3600 }

/** What a reader would judge each entry. */
const states = async (prefix: string): Promise<Record<string, unknown>> =>
  Object.fromEntries((await json(prefix, 'ls', '--long')).map(({ key, state }) => [String(key), state]))

describe('s3-cache revalidate', () => {
  it('makes gone what carries the tags, or is of the paths, and nothing else', async () => {
    await putEntries(server, { bucket, prefix: 'hard/' }, [
      { kind: 'data', key: 'a', tags: ['one', 'two'], lifetime },
      { kind: 'data', key: 'b', tags: ['two'], lifetime },
      { kind: 'data', key: 'c', tags: ['%C3%BC'], lifetime },
      { kind: 'page', deployment: 'd', key: '/', tags: ['_N_T_/index'], lifetime },
      { kind: 'page', deployment: 'd', key: '/about', tags: ['_N_T_/about'], lifetime },
      { kind: 'page', deployment: 'd', key: '/other', tags: ['_N_T_/other'], lifetime },
      { kind: 'page', deployment: 'd', key: '/pages-router', value: { kind: 'PAGES' }, lifetime },
    ])
    const args = ['--tag', 'one', '--tag', 'ü', '--path', '/', '--path', '/about/', '--path', '/pages-router']
    expect(await json('hard/', 'revalidate', ...args)).toEqual([
      {
        tags: ['one', '%C3%BC', '_N_T_/', '_N_T_/index', '_N_T_/about', '_N_T_/pages-router'],
        mode: 'hard',
        expireSeconds: 0,
      },
    ])
    expect(await states('hard/')).toEqual({
      a: 'expired',
      b: 'fresh',
      c: 'expired',
      '/': 'expired',
      '/about': 'expired',
      '/other': 'fresh',
      '/pages-router': 'expired',
    })
  })

  it('makes stale what carries a tag with --soft, and gone after --expire', async () => {
    await putEntries(server, { bucket, prefix: 'soft/' }, [{ kind: 'data', key: 'a', tags: ['one'], lifetime }])
    expect(await run('soft/', 'revalidate', '--tag', 'one', '--soft')).toEqual([0, 'Invalidated (soft): one\n', ''])
    expect(await states('soft/')).toEqual({ a: 'stale' })
    const [done] = await json('soft/', 'revalidate', '--tag', 'one', '--soft', '--expire', '1')
    expect(done).toEqual({ tags: ['one'], mode: 'soft', expireSeconds: 1 })
    await expect.poll(() => states('soft/'), { timeout: 10_000 }).toEqual({ a: 'expired' })
  })

  it('refuses what cannot be meant', async () => {
    const complaint = async (...args: string[]): Promise<unknown> => await run('', 'revalidate', ...args)
    expect(await complaint()).toEqual([2, '', expect.stringContaining('Give --tag or --path')])
    expect(await complaint('--tag', '')).toEqual([2, '', expect.stringContaining('Give --tag or --path')])
    expect(await complaint('--path', 'about')).toEqual([2, '', expect.stringContaining('begins with "/"')])
    expect(await complaint('--tag', 'a', '--expire', '5')).toEqual([2, '', expect.stringContaining('needs "--soft"')])
    const soon = await complaint('--tag', 'a', '--soft', '--expire', 'soon')
    expect(soon).toEqual([2, '', expect.stringContaining('whole number from 1, got "soon"')])
  })

  it('fails, and says so, where the bucket cannot be written', async () => {
    const fault = server.faults.add({ fault: { kind: 'status', status: 403 }, operation: 'PutObject' })
    const [code, out, err] = await run('denied/', 'revalidate', '--tag', 'a')
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain('The invalidation is not stored')
    expect(fault.fired).toBeGreaterThan(0)
    server.faults.clear()
  })
})

it(`invalidates ${MANY} entries by as many requests as one`, async () => {
  const requestsFor = async (prefix: string, entries: Parameters<typeof putEntries>[2]): Promise<number> => {
    await putEntries(server, { bucket, prefix }, entries)
    server.requests.clear()
    await json(prefix, 'revalidate', '--tag', 'all')
    return server.requests.count({ keyPrefix: prefix })
  }
  const one = await requestsFor('one/', [{ kind: 'data', key: 'a', tags: ['all'], lifetime }])
  const many = manyEntries(() => ({ tags: ['all'], lifetime }))
  expect(await requestsFor('many/', many)).toBe(one)
  expect(await json('many/', 'ls', '--key-prefix', 'k100', '--state', 'fresh')).toEqual([])
})
