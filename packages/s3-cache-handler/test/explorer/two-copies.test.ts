import { afterAll, expect, it, vi } from 'vitest'
import { createExplorer } from '../../src/explorer.ts'
import { openExplorerBench, shown, Visitor } from './explorer-bench.ts'

const bench = await openExplorerBench()
const { server, bucket } = bench

/** As where Next bundles the route of the explorer apart from the handler: each has the package to itself. */
vi.resetModules()
const { closeCaches, createCacheHandler } = await import('../../src/index.ts')
afterAll(() => closeCaches())

const options = { bucket, endpoint: server.url, prefix: 'next/', deployment: 'd', log: 'silent' } as const
const handler = new (createCacheHandler({ ...options, tagRefreshMs: 0, timeoutMs: 20_000 }))({})
const visitor = new Visitor(createExplorer({ authorize: () => true }))

it('shows the cache of the handler’s own copy of this package', async () => {
  await handler.set('/k', { kind: 'APP_PAGE', html: '<p>', headers: {}, status: 200 }, { kind: 'APP_PAGE' })
  await closeCaches()
  expect((await visitor.show('entries')).text).toContain('/k')
})

it('tells what that copy throws by its code', async () => {
  const page = await visitor.show('confirm', { do: 'clear', 'path-prefix': '/k' })
  const fault = server.faults.add({ fault: { kind: 'status', status: 403 }, operation: 'DeleteObjects', times: 1 })
  const failed = await shown(await visitor.submit(page))
  expect([failed.status, failed.text, fault.fired]).toEqual([502, expect.stringContaining('ERR_'), 1])
})

it('knows by its code that it may not be told what is absent', async () => {
  const fault = server.faults.add({ fault: { kind: 'status', status: 403 }, operation: 'HeadObject' })
  const page = await visitor.show('entry', { object: '~shared/data/none' })
  server.faults.remove(fault.id)
  expect([page.status, page.text]).toEqual([404, expect.stringContaining('No such entry')])
})
