import { expect, it } from 'vitest'
import { createS3Cache, memoryStore } from './cache.ts'
import { createExplorer, type ExplorerOptions } from './explorer.ts'

const create = (options: unknown) => () => createExplorer(options as ExplorerOptions)

it('refuses to start without a function that says who may see it', () => {
  const refused = { code: 'ERR_INVALID_OPTION', option: 'authorize' }
  for (const options of [undefined, null, {}, { authorize: undefined }, { authorize: true }]) {
    expect(create(options)).toThrow(expect.objectContaining(refused))
  }
})

it('refuses what it does not know, and what is no cache of createS3Cache', () => {
  const authorize = (): boolean => true
  expect(create({ authorize, authorise: authorize })).toThrow('knows no option "authorise"')
  const cache = createS3Cache({ store: memoryStore() })
  expect(create({ authorize, cache })).not.toThrow()
  for (const other of [cache.namespace('a'), {}, 'cache', null]) {
    expect(create({ authorize, cache: other })).toThrow(expect.objectContaining({ option: 'cache' }))
  }
})

it('says that there is no cache where Next has not loaded the handler', async () => {
  const answer = await createExplorer({ authorize: () => true })(new Request('http://localhost/explorer'))
  expect(answer.status).toBe(503)
  expect(await answer.text()).toContain('ERR_NO_CACHE')
})
