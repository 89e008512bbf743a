import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createS3Cache, memoryStore } from '../../src/cache.ts'
import { createExplorer } from '../../src/explorer.ts'
import { headerSafe } from '../../src/lib/header-safe.ts'
import { lazily } from '../../src/lib/lazily.ts'
import { storeEntries, type TestEntry } from '../put-entry.ts'
import { openExplorerBench, pageKey, referenceOf, type Shown, Visitor } from './explorer-bench.ts'

const bench = await openExplorerBench()

/** What breaks out of a text, an attribute, a comment, a style, a title or a URL where nobody escapes. */
const HOSTILE = [
  '<script>alert(1)</script>',
  '"><script>alert(1)</script>',
  "'><img src=x onerror=alert(1)>",
  '" onmouseover="alert(1)" x="',
  "' autofocus onfocus='alert(1)",
  '</title></style></textarea><script>alert(1)</script>',
  '--><svg/onload=alert(1)><!--',
  ']]><script>alert(1)</script>',
  'javascript:alert(1)//',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '\u0000<b\u0000>\u202Eevil\u2028\u2029\n\r\t<i>',
  '{{constructor.constructor("alert(1)")()}}${alert(1)}',
] as const
const HARMLESS = 'harmless'

/** One entry of each kind that has a text wherever an entry can have one. */
function entriesWith(text: string): TestEntry[] {
  // Bytes with a NUL are no text, and are shown as such.
  const shown = text.replaceAll('\u0000', '')
  const headers = { [`x-${text}`]: text, 'content-type': 'text/html', 'x-next-cache-tags': text }
  // As Next and the data cache write them.
  const tags = [text, `_N_T_/${text}`].map(headerSafe)
  return [
    {
      kind: 'page',
      deployment: text,
      key: pageKey(`/${text}`),
      tags,
      value: { kind: 'APP_PAGE', html: shown, headers, status: 200 },
    },
    {
      kind: 'page',
      deployment: text,
      key: pageKey(`/json/${text}`, 'APP_ROUTE'),
      tags,
      value: route(JSON.stringify({ [text]: text }), 'application/json'),
    },
    {
      kind: 'page',
      deployment: text,
      key: pageKey(`/typed/${text}`, 'APP_ROUTE'),
      tags,
      value: route(shown, `text/plain; x="${text}"`),
    },
    {
      kind: 'page',
      deployment: text,
      key: pageKey(`/svg/${text}`, 'APP_ROUTE'),
      tags,
      value: route(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script>${shown}</svg>`, 'image/svg+xml'),
    },
    {
      kind: 'fetch',
      key: text,
      tags,
      value: {
        kind: 'FETCH',
        data: { headers, body: Buffer.from(shown).toString('base64'), status: 200, url: 'http://x/' },
      },
    },
    {
      kind: 'use-cache',
      deployment: text,
      key: `["${text}"]`,
      tags,
      value: { body: Buffer.from(shown), stale: 1, tags: [] },
    },
    { kind: 'data', key: text, tags, value: { codec: 'devalue', text: shown } },
    { kind: 'data', key: `${'long'.repeat(200)}${text}`, tags, value: { codec: 'devalue', text: shown } },
  ]
}

const route = (body: string, type: string): object => ({
  kind: 'APP_ROUTE',
  body: Buffer.from(body),
  headers: { 'content-type': type },
  status: 200,
})

/** All pages that show a text that somebody else has chosen, or that was put into a link. */
async function pagesWith(visitor: Visitor, text: string): Promise<Shown[]> {
  const queries = [
    ['entries', {}],
    ['entries', { 'path-prefix': `/${text}` }],
    ['entries', { 'path-prefix': text }],
    ['entries', { 'key-prefix': text, tag: text, deployment: text }],
    ['entries', { path: `/${text}`, key: text }],
    ['entries', { kind: text }],
    ['entries', { state: text }],
    ['entries', { from: text }],
    ['entry', { object: text }],
    ['tags', {}],
    ['tags', { from: text, begun: text }],
    ['tag', { tag: text }],
    ['instance', { range: text }],
    ['entries', { done: text, proof: text }],
    ['confirm', { do: 'revalidate', tag: text, mode: 'hard' }],
    ['confirm', { do: 'revalidate', path: `/${text}`, mode: 'soft', expire: '60', object: text }],
    ['confirm', { do: 'revalidate', path: text, mode: text, expire: text }],
    ['confirm', { do: 'clear', 'path-prefix': `/${text}`, deployment: text }],
    ['confirm', { do: 'clear', tag: text }],
    ['confirm', { do: 'delete', object: text }],
    ['confirm', { do: text }],
    [text, {}],
  ] as const
  const pages: Shown[] = []
  for (const [view, params] of queries) pages.push(await visitor.show(view, params))
  for (const entry of entriesWith(text)) {
    pages.push(await visitor.show('entry', { object: referenceOf(entry) }))
    pages.push(await visitor.show('confirm', { do: 'delete', object: referenceOf(entry) }))
  }
  return [...pages, ...(await pagesAfter(visitor, text))]
}

/** What is said after an action, with what it was done to. */
async function pagesAfter(visitor: Visitor, text: string): Promise<Shown[]> {
  const actions = [
    { do: 'revalidate', tag: text, mode: 'soft' },
    { do: 'revalidate', path: `/${text}`, mode: 'hard' },
    ...entriesWith(text).map((entry) => ({ do: 'delete', object: referenceOf(entry) })),
    { do: 'clear', 'path-prefix': `/${text}` },
  ]
  const pages: Shown[] = []
  for (const action of actions) {
    const done = await visitor.confirm(action)
    expect(done.find('p', { role: 'status' })).toHaveLength(1)
    pages.push(done)
  }
  return pages
}

/** In memory, because each test looks at dozens of pages. */
async function pagesOf(text: string): Promise<Shown[]> {
  const store = memoryStore()
  await storeEntries(store, 'p/', entriesWith(text))
  const cache = createS3Cache({ store, prefix: 'p/', log: 'silent' })
  return await pagesWith(new Visitor(createExplorer({ authorize: () => true, cache })), text)
}

/** What they are compared with. */
const harmless = lazily(() => pagesOf(HARMLESS))

describe.each(HOSTILE)('%j in keys, tags, headers, bodies, deployments and links', (text) => {
  it('makes no element and no attribute: all pages are built as with a harmless text', async () => {
    const [pages, likes] = [await pagesOf(text), await harmless()]
    expect(pages).toHaveLength(likes.length)
    for (const [index, page] of pages.entries()) {
      expect(tagsOf(page), `page ${index}`).toEqual(tagsOf(likes[index]))
      expectOwn(page)
    }
    // The control: the text is there.
    expect(pages.filter(({ body }) => body.includes('alert(1)') || body.includes('evil')).length).toBeGreaterThan(10)
  })
})

/**
 * What a page is built of. How a text is split into lines, or whether it is valid JSON, must make no difference, and which
 * pages there are does not: hostile texts sort elsewhere.
 */
const tagsOf = (page: Shown | undefined): readonly string[] => [...new Set(page?.structure)].toSorted()

const OWN_TAGS = new Set(
  'html head meta title link style body a header div nav ul li p span main h1 h2 form input label select option datalist button section table caption thead tbody tr th td dl dt dd ol strong time details summary pre iframe img code footer figure svg g rect'.split(
    ' ',
  ),
)

/** Nothing in it runs, loads or leads elsewhere. */
function expectOwn({ elements }: Shown): void {
  for (const { tag, attributes } of elements) {
    expect(OWN_TAGS, tag).toContain(tag)
    for (const [name, value] of Object.entries(attributes)) {
      expect(name).toMatch(/^[a-zA-Z][a-zA-Z-]*$/)
      expect(name).not.toMatch(/^on|^style$|^srcdoc$/i)
      if (['href', 'src', 'action'].includes(name))
        expect(value).toMatch(/^(\?[\x21-\x7e]*|#content|data:image\/svg\+xml,[\x21-\x7e]*)$/)
    }
    if (tag === 'iframe') expect(attributes['sandbox']).toBe('')
  }
}

it('shows bidirectional and control characters by their numbers, so that a key looks like what it is', async () => {
  await bench.put('bidi/', [{ kind: 'data', key: 'safe\u202Egpj.exe\u0007' }])
  const { body } = await bench.visitor('bidi/').show('entries')
  expect(body).toContain('safe\\u{202e}gpj.exe\\u{7}')
  for (const character of ['\u202E', '\u0007']) expect(body).not.toContain(character)
})

describe('the policy of a page', () => {
  const entry: TestEntry = {
    kind: 'page',
    deployment: 'd',
    key: pageKey('/a'),
    value: { kind: 'APP_PAGE', html: '<script>alert(1)</script>', headers: {}, status: 200 },
  }
  const object = referenceOf(entry)
  const QUERIES = [
    '',
    '?view=tags',
    '?view=tag&tag=a',
    '?view=instance',
    `?view=entry&object=${encodeURIComponent(object)}`,
    '?view=confirm&do=clear&all=yes',
    '?view=confirm&do=x',
    '?view=entries&kind=x',
    '?view=x',
    '?view=entry&object=x',
  ]

  it.each(QUERIES)(
    '%s allows no script, only its own style, no frame around it, and no form elsewhere',
    async (query) => {
      await bench.put('policy/', [entry])
      const page = await bench.visitor('policy/').follow(query)
      const policy = policyOf(page.headers)
      const [style] = page.find('style')
      const hash = createHash('sha256')
        .update(/<style>([^]*?)<\/style>/.exec(page.body)?.[1] ?? '')
        .digest('base64')
      expect(policy).toEqual({
        'default-src': "'none'",
        'style-src': `'sha256-${hash}'`,
        'img-src': "'self' data:",
        'frame-src': "'self'",
        'form-action': "'self'",
        'base-uri': "'none'",
        'frame-ancestors': "'none'",
      })
      expect(style?.text).toContain(':focus-visible')
      expect(Object.fromEntries(page.headers)).toMatchObject({
        'cache-control': 'private, no-store',
        'content-type': 'text/html; charset=utf-8',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
      })
    },
  )

  it('keeps what was cached in a sandbox without an origin, that loads nothing', async () => {
    await bench.put('policy/', [entry])
    const preview = await bench.visitor('policy/').show('preview', { object })
    expect(preview.body).toBe('<script>alert(1)</script>')
    expect(policyOf(preview.headers)).toMatchObject({
      sandbox: '',
      'default-src': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'self'",
    })
    expect(JSON.stringify(policyOf(preview.headers))).not.toContain('script')
    expect(preview.headers.get('x-dns-prefetch-control')).toBe('off')
  })

  it('is sent with a redirect, a refusal and a wrong method, too', async () => {
    const visitor = bench.visitor('policy/')
    const redirect = await visitor.submit(await visitor.show('confirm', { do: 'revalidate', tag: 'a', mode: 'hard' }))
    const wrong = await visitor.request('', { method: 'PUT' })
    const refused = await visitor.request('?view=confirm', { method: 'POST', body: 'x' })
    expect([redirect.status, wrong.status, refused.status]).toEqual([303, 405, 403])
    for (const { headers } of [redirect, wrong, refused])
      expect(policyOf(headers)).toMatchObject({ 'default-src': "'none'" })
  })
})

const policyOf = (headers: Headers): Record<string, string> =>
  Object.fromEntries(
    (headers.get('content-security-policy') ?? '').split('; ').map((directive) => {
      const [name = '', ...values] = directive.split(' ')
      return [name, values.join(' ')]
    }),
  )

describe('a preview', () => {
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
  const previewed = async (
    value: unknown,
    kind: TestEntry['kind'] = 'page',
  ): Promise<Shown & { type: string | null }> => {
    const entry: TestEntry = { kind, deployment: 'd', key: pageKey('/x'), value }
    await bench.put('previews/', [entry])
    const page = await bench.visitor('previews/').show('preview', { object: referenceOf(entry) })
    return { ...page, type: page.headers.get('content-type') }
  }

  it('is of pages as HTML and of images by their bytes, whatever the entry says they are', async () => {
    expect(await previewed({ kind: 'APP_PAGE', html: '<p>', headers: {} })).toMatchObject({
      status: 200,
      type: 'text/html; charset=utf-8',
    })
    expect(await previewed({ kind: 'APP_ROUTE', body: png, headers: { 'content-type': 'text/html' } })).toMatchObject({
      status: 200,
      type: 'image/png',
    })
    expect(await previewed({ raw: png, contentType: 'image/svg+xml', kind: 'IMAGE' }, 'image')).toMatchObject({
      status: 200,
      type: 'image/png',
    })
  })

  it.each([
    ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['image/png', '<script>alert(1)</script>'],
    ['application/xhtml+xml', '<html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>'],
    ['text/xml', '<?xml-stylesheet href="javascript:alert(1)"?><a/>'],
    ['application/javascript', 'alert(1)'],
    ['application/pdf', '%PDF-1.7'],
    ['text/plain', '<script>alert(1)</script>'],
    ['', '<script>alert(1)</script>'],
  ])('is none of %s, which is shown as text', async (type, text) => {
    const answer = await previewed({ kind: 'APP_ROUTE', body: Buffer.from(text), headers: { 'content-type': type } })
    expect([answer.status, answer.type]).toEqual([404, 'text/plain; charset=utf-8'])
    const page = await bench
      .visitor('previews/')
      .show('entry', { object: referenceOf({ kind: 'page', deployment: 'd', key: pageKey('/x') }) })
    expect(page.find('pre').map((pre) => pre.text)).toEqual([text])
    expect([page.find('iframe'), page.find('img'), page.find('script')]).toEqual([[], [], []])
  })

  it('is of nothing that is not among the entries', async () => {
    await bench.server.import(bench.bucket, [
      { key: 'previews/other.html', body: '<p>' },
      { key: 'secret/v1/entries/~shared/data/x', body: '<p>' },
      { key: 'previews/v1/tags/bell2', body: '<p>' },
    ])
    const visitor = bench.visitor('previews/')
    for (const object of [
      '',
      '/',
      '../../other.html',
      '..',
      '~shared/data/../../../../other.html',
      '~shared/data/%2e%2e/x',
      '../tags/bell2',
      '~shared/data',
      '~shared//x',
      '~shared/data/./x',
      'x'.repeat(5000),
      '~shared/data/a b',
      '\u0000/\u0000/\u0000',
      'http://elsewhere.example/data/x',
    ]) {
      for (const view of ['preview', 'entry']) {
        const { status, text } = await visitor.show(view, { object })
        expect([object.slice(0, 40), status]).toEqual([object.slice(0, 40), 404])
        expect(text).not.toContain('<p>')
      }
    }
  })
})
