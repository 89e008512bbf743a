import { createRouter, type Router } from '@remix-run/fetch-router'
import { describe, expect, it, vi } from 'vitest'
import { createResponseCache } from '../../src/http.ts'
import { cacheable, get, statusOf, text } from './counting-server.ts'
import { type Process, twoProcesses } from './two-processes.ts'

// What Remix 3 routes requests with.

describe('in front of a router of Remix 3', () => {
  it('answers with what the router has said in another process, until its tag is invalidated', async () => {
    const { here, there } = twoProcesses()
    const render = vi.fn(({ slug }: { readonly slug: string }) =>
      cacheable(`${slug} ${render.mock.calls.length}`, { 'cache-tag': 'posts' }),
    )
    const serve = ({ cache }: Process): ((request: Request) => Promise<Response>) => {
      const router = createRouter()
      router.get('/posts/:slug', ({ params }) => render(params))
      return createResponseCache(cache).wrap((request) => router.fetch(request))
    }
    const [ask, askThere] = [serve(here), serve(there)]
    expect(await text(ask(get('/posts/one')))).toBe('one 1')
    await here.cache.close()
    expect(await text(askThere(get('/posts/one')))).toBe('one 1')
    expect(await text(askThere(get('/posts/other')))).toBe('other 2')
    await here.cache.revalidateTag('posts')
    expect(await text(askThere(get('/posts/one')))).toBe('one 3')
  })
})

describe('as middleware of a router of Remix 3', () => {
  function open(): { readonly router: Pick<Router, 'fetch'>; readonly settle: () => Promise<void> } {
    const { cache } = twoProcesses().here
    let renders = 0
    const router = createRouter({ middleware: [createResponseCache(cache).middleware] })
    router.get('/page', () => cacheable(`page ${++renders}`))
    router.get('/own', () => cacheable(`own ${++renders}`, { 'set-cookie': 'a=1' }))
    router.post('/page', () => cacheable(`saved ${++renders}`))
    return { router, settle: () => cache.close() }
  }

  it('answers in place of the action, and leaves other methods and what is private to it', async () => {
    const { router, settle } = open()
    const bodies: string[] = []
    for (const request of [get('/page'), get('/page'), get('/own'), get('/own')]) {
      bodies.push(await text(router.fetch(request)))
      await settle()
    }
    expect(bodies).toEqual(['page 1', 'page 1', 'own 2', 'own 3'])
    expect(await text(router.fetch(new Request(get('/page'), { method: 'POST' })))).toBe('saved 4')
    expect(statusOf(await router.fetch(get('/page')))[0]).toBe('hit')
  })

  it('answers HEAD, for which there is no action, and If-None-Match from what a GET has stored', async () => {
    const { router, settle } = open()
    await text(router.fetch(get('/page')))
    await settle()
    const head = await router.fetch(new Request(get('/page'), { method: 'HEAD' }))
    expect([head.status, statusOf(head)[0]]).toEqual([200, 'hit'])
    const etag = head.headers.get('etag') ?? ''
    expect((await router.fetch(get('/page', { 'if-none-match': etag }))).status).toBe(304)
  })
})
