import { expect, it, vi } from 'vitest'
import { createS3Cache, memoryStore } from '../../src/cache.ts'
import { createExplorer, type ExplorerOptions } from '../../src/explorer.ts'
import { fencesOf, pageAt } from './pages.ts'

type Authorize = ExplorerOptions['authorize']

/** The password of the guide, as a process with this variable loads it. */
async function authorizeOf(password: string | undefined): Promise<Authorize> {
  vi.stubEnv('EXPLORER_PASSWORD', password)
  const [example] = fencesOf(pageAt('docs/explorer.md')).filter(({ text }) => text.includes('EXPLORER_PASSWORD'))
  const text = `${example?.text ?? expect.fail('There is none')}\nexport { authorize } // ${password}`
  const url = `data:text/javascript,${encodeURIComponent(text)}`
  const { authorize } = (await import(/* @vite-ignore */ url)) as { readonly authorize: Authorize }
  vi.unstubAllEnvs()
  return authorize
}

async function statusFor(authorize: Authorize, credentials: string | undefined): Promise<number> {
  const cache = createS3Cache({ store: memoryStore(), log: 'silent' })
  const headers = credentials === undefined ? {} : { authorization: `Basic ${btoa(credentials)}` }
  return (await createExplorer({ authorize, cache })(new Request('https://ops.example/', { headers }))).status
}

it('the password of the guide lets in who knows it, and nobody else', async () => {
  const authorize = await authorizeOf('tide')
  expect(await statusFor(authorize, 'ops:tide')).toBe(200)
  for (const credentials of [undefined, 'ops:', 'ops:undefined', 'ops:tidy', 'tide', 'other:tide']) {
    expect(await statusFor(authorize, credentials), credentials).toBe(401)
  }
})

it.each([[undefined], ['']])('where its variable is %j, nobody is let in', async (password) => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {})
  const authorize = await authorizeOf(password)
  for (const credentials of [undefined, 'ops:', 'ops:undefined', 'ops:null']) {
    expect(await statusFor(authorize, credentials), credentials).toBe(500)
  }
  log.mockRestore()
})
