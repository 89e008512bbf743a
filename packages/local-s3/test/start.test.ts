import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, describe, expect, it } from 'vitest'
import { startLocalS3 } from '../src/index.ts'
import { main } from '../src/lib/cli.ts'
import { createClient, startServer } from './server.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'local-s3-'))
afterAll(() => rmSync(dataDir, { recursive: true }))

describe('startLocalS3', () => {
  it('takes a free port of 127.0.0.1 unless told otherwise', async () => {
    const server = await startServer()
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`)
  })

  it('finds its objects again after a restart', async () => {
    const first = await startServer({ dataDir })
    const command = { Bucket: 'bucket', Key: 'a/../é', Body: 'kept', Metadata: { a: 'b' } }
    const { ETag } = await createClient(first).send(new PutObjectCommand(command))
    await first.close()
    const second = await startServer({ dataDir })
    const found = await createClient(second).send(new GetObjectCommand({ Bucket: 'bucket', Key: 'a/../é' }))
    expect(found).toMatchObject({ ETag, Metadata: { a: 'b' }, ChecksumCRC32: expect.any(String) })
    expect(await found.Body?.transformToString()).toBe('kept')
  })

  it('names an option that is wrong, and its value', async () => {
    await expect(startLocalS3({ port: 70_000 })).rejects.toThrow('"port" must be an integer from 0 to 65535, got 70000')
    await expect(startLocalS3({ adminPort: 1.5 })).rejects.toThrow('"adminPort" must be')
    await expect(startLocalS3({ clockOffsetMs: 0.5 })).rejects.toThrow('"clockOffsetMs" must be an integer, got 0.5')
    await expect(startLocalS3({ accessKeyId: '' })).rejects.toThrow('"accessKeyId" must be a non-empty string, got ""')
    await expect(startLocalS3({ buckets: ['ok1', '../x'] })).rejects.toThrow('"buckets" must be valid bucket names')
  })

  it('leaves no port open when the other one is taken', async () => {
    const taken = await startServer({ adminPort: 0 })
    const free = await startLocalS3()
    await free.close()
    const failing = startLocalS3({ port: free.port, adminPort: taken.port })
    await expect(failing).rejects.toThrow(`127.0.0.1:${taken.port}`)
    await expect(fetch(free.url)).rejects.toThrow()
  })
})

describe('the command', () => {
  interface Run {
    readonly stdout: string[]
    readonly stderr: string[]
    readonly exitCode: Promise<number>
    stop(): void
  }
  const run = (...argv: string[]): Run => {
    const controller = new AbortController()
    const [stdout, stderr]: [string[], string[]] = [[], []]
    const exitCode = main(argv, {
      stdout: (line) => stdout.push(line),
      stderr: (line) => stderr.push(line),
      signal: controller.signal,
    })
    return { stdout, stderr, exitCode, stop: () => controller.abort() }
  }

  it('prints one line with its URL when it is ready, serves its buckets and stops when told to', async () => {
    const keys = ['--access-key', 'K', '--secret-key', 'S']
    const command = run('--port', '0', '--bucket', 'first', '--bucket', 'second', ...keys)
    await expect
      .poll(() => command.stdout)
      .toEqual([expect.stringMatching(/^local-s3 listening on http:\/\/127\.0\.0\.1:\d+$/)])
    const [, port] = /:(\d+)$/.exec(command.stdout[0] ?? '') ?? []
    const client = createClient(
      { ...(await startServer()), url: `http://127.0.0.1:${port}` },
      { credentials: { accessKeyId: 'K', secretAccessKey: 'S' } },
    )
    await client.send(new PutObjectCommand({ Bucket: 'second', Key: 'k', Body: 'x' }))
    command.stop()
    expect([await command.exitCode, command.stderr]).toEqual([0, []])
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow()
  })

  it('adds the address of the admin side to its line', async () => {
    const command = run('--port', '0', '--admin-port', '0')
    await expect.poll(() => command.stdout).toHaveLength(1)
    const [, admin] = / \(admin (http:.*)\)$/.exec(command.stdout[0] ?? '') ?? []
    expect((await fetch(`${admin}/faults`)).status).toBe(200)
    command.stop()
    expect(await command.exitCode).toBe(0)
  })

  it('answers by a clock that is off, if it is told so', async () => {
    const command = run('--port', '0', '--clock-offset=-3600000')
    await expect.poll(() => command.stdout).toHaveLength(1)
    const { headers } = await fetch(/http:\S+/.exec(command.stdout[0] ?? '')?.[0] ?? '')
    const behindMs = Date.now() - Date.parse(headers.get('date') ?? '')
    expect(Math.round(behindMs / 60_000)).toBe(60)
    command.stop()
    expect(await command.exitCode).toBe(0)
  })

  it('names the port that is taken and exits with 1', async () => {
    const { port } = await startServer()
    const command = run('--port', String(port))
    expect(await command.exitCode).toBe(1)
    expect(command.stderr).toEqual([`local-s3: cannot listen on 127.0.0.1:${port}: the port is already in use`])
    expect(command.stdout).toEqual([])
  })

  it('names an option that is unknown or wrong and exits with 1', async () => {
    const outcome = async (...argv: string[]): Promise<[number, string | undefined]> => {
      const command = run(...argv)
      return [await command.exitCode, command.stderr[0]]
    }
    expect(await outcome('--colour')).toEqual([1, expect.stringContaining("'--colour'")])
    expect(await outcome('--port', 'x')).toEqual([1, 'local-s3: "--port" must be a port number, got "x"'])
    expect(await outcome('--port=')).toEqual([1, 'local-s3: "--port" must be a port number, got ""'])
    const wrongOffset = 'local-s3: "--clock-offset" must be a number of milliseconds, got "1h"'
    expect(await outcome('--clock-offset', '1h')).toEqual([1, wrongOffset])
    expect(await outcome('--port', '70000')).toEqual([1, expect.stringContaining('got 70000')])
    expect(await outcome('--port', '0', '--bucket', 'X')).toEqual([1, expect.stringContaining('"X"')])
  })

  it('explains itself with --help', async () => {
    const command = run('--help')
    expect(await command.exitCode).toBe(0)
    expect(command.stdout.join('\n')).toMatch(/^Usage: local-s3 [^]*--admin-port M/)
  })
})
