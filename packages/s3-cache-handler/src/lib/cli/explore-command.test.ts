import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { expect, it } from 'vitest'
import { parsePage } from '../../../test/explorer/parsed-page.ts'
import { putEntries } from '../../../test/put-entry.ts'
import { openCommandBench } from '../../../test/run-command.ts'

const { server, bucket, run, runWith } = await openCommandBench()
const PREFIX = 'shop/'

/** The address that the command prints, as long as `use` looks at it. */
async function exploring(use: (address: URL) => Promise<void>, ...args: string[]): Promise<void> {
  let end = (): void => {}
  const ended = new Promise<void>((resolve) => (end = resolve))
  let told = (_address: URL): void => {}
  const address = new Promise<URL>((resolve) => (told = resolve))
  const write = (output: string | Uint8Array): void => told(new URL(String(output).trim()))
  const running = runWith({ write, untilEnded: () => ended }, PREFIX, 'explore', ...args)
  try {
    await Promise.race([
      address.then(use),
      running.then((result) => expect.fail(`It ended: ${JSON.stringify(result)}`)),
    ])
  } finally {
    end()
    expect(await running).toEqual([0, '', expect.stringContaining('Ctrl-C ends it')])
  }
}

/** With headers that `fetch` sets itself. */
async function statusOf(
  { hostname, port, pathname }: URL,
  headers: Record<string, string>,
): Promise<number | undefined> {
  const sent = request({ hostname, port, path: pathname, headers })
  sent.end()
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  answer.resume()
  return answer.statusCode
}

it('shows what is stored, and clears it, until it is ended', async () => {
  await putEntries(server, { bucket, prefix: PREFIX }, [{ kind: 'data', key: 'user:1', tags: ['users'] }])
  let last = new URL('http://127.0.0.1')
  await exploring(async (address) => {
    last = address
    const list = await fetch(address)
    const page = parsePage(await list.text())
    expect([list.status, page.text]).toEqual([200, expect.stringContaining('user:1')])
    expect(page.text).toContain('s3://bucket/shop/')
    // It serves nobody, so there is nothing to tell of it.
    expect(page.text).not.toContain('This instance')
    expect((await fetch(new URL('?view=instance', address))).status).toBe(404)

    const asked = await fetch(new URL('?view=confirm&do=clear&tag=users', address))
    const cookie = /^[^;]+/.exec(asked.headers.get('set-cookie') ?? '')?.[0] ?? ''
    const fields = parsePage(await asked.text()).find('input', { type: 'hidden' })
    const body = new URLSearchParams(fields.map(({ attributes: { name = '', value = '' } }) => [name, value]))
    const send = (headers: Record<string, string>): Promise<Response> =>
      fetch(new URL('?view=confirm', address), {
        method: 'POST',
        body,
        headers: { cookie, ...headers },
        redirect: 'manual',
      })
    expect((await send({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    const done = await send({ 'sec-fetch-site': 'same-origin' })
    expect(done.status).toBe(303)
    const shown = await fetch(new URL(done.headers.get('location') ?? '', address), { headers: { cookie } })
    expect(await shown.text()).toContain('Deleted 1 entry.')
  })
  await expect(fetch(last)).rejects.toThrow()
})

it('is not answered to who does not know its address, or calls it by another name', async () => {
  await exploring(async (address) => {
    const own = { host: address.host }
    expect(await statusOf(address, own)).toBe(200)
    expect(await statusOf(address, { host: `localhost:${address.port}` })).toBe(200)
    for (const path of ['/', '/x/', `${address.pathname}x`, `/x${address.pathname}`, `//${address.pathname}`]) {
      const other = new URL(address)
      other.pathname = path
      expect(await statusOf(other, own), path).toBe(403)
    }
    for (const host of ['evil.example', `evil.example:${address.port}`, '127.0.0.1']) {
      expect(await statusOf(address, { host }), host).not.toBe(200)
    }
    expect(address.pathname).toMatch(/^\/[\w-]{32}\/$/)
  })
  const paths = new Set<string>()
  const note = ({ pathname }: URL): Promise<void> => Promise.resolve(void paths.add(pathname))
  await exploring(note)
  await exploring(note)
  expect(paths.size).toBe(2)
})

it('reads no body of who does not know its address, and none that is longer than a form', async () => {
  await exploring(async (address) => {
    const post = (path: string, body: BodyInit): Promise<Response> =>
      fetch(new URL(path, address), { method: 'POST', body, duplex: 'half' } as RequestInit)
    expect((await post('?view=confirm', 'x'.repeat(70_000))).status).toBe(413)
    expect((await post('?view=confirm', inPieces('x'.repeat(1000), 70))).status).toBe(413)
    expect((await post('?view=confirm', 'x'.repeat(60_000))).status).toBe(403)
    // One that never ends.
    const sent = request({ hostname: address.hostname, port: address.port, path: '/x/', method: 'POST' })
    sent.write('x')
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    expect(answer.statusCode).toBe(403)
    sent.on('error', () => {}).destroy()
  })
})

/** Without its length. */
const inPieces = (piece: string, count: number): ReadableStream<Uint8Array> =>
  new ReadableStream({
    pull: (controller) => (count-- > 0 ? controller.enqueue(Buffer.from(piece)) : controller.close()),
  })

it('listens on the loopback address alone', async () => {
  const addresses = Object.values(networkInterfaces()).flatMap((list = []) =>
    list.filter(({ internal, family }) => !internal && family === 'IPv4'),
  )
  await exploring(async (address) => {
    expect(address.hostname).toBe('127.0.0.1')
    for (const { address: hostname } of addresses) {
      await expect(statusOf(new URL(`http://${hostname}:${address.port}${address.pathname}`), {})).rejects.toThrow()
    }
  })
})

it('takes the port that it is given, and says so where that is taken', async () => {
  await exploring(async ({ port }) => {
    expect(await run(PREFIX, 'explore', '--port', port)).toEqual([1, '', expect.stringContaining('EADDRINUSE')])
  })
  expect(await run(PREFIX, 'explore', '--port', '70000')).toEqual([2, '', expect.stringContaining('"--port" must be')])
})
